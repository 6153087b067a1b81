/**
 * What the importer of CPANSA data finds odd and what it does about it. `flag` goes into the record as well as
 * into the report, `note` into the report only. `docs/formats/cpansa-import.md` is the same table.
 */
import type { Flag } from './record.ts';

export const CPANSA_RULES = {
  'range-bare': ['flag', 'a version without an operator; read as `==`'],
  'range-equals': ['flag', 'the operator `=`; read as `==`'],
  'range-blank': ['flag', 'white space in a range; removed'],
  'range-unreadable': [
    'flag',
    'a range that does not parse; kept as it is, whether it matches cannot be told',
  ],
  'range-contradictory': ['flag', 'a range that no version is in; kept as it is'],
  'range-above-zero': ['flag', '`>0`, commonly meant as all versions; kept, so version 0 is not in it'],
  'affected-absent': ['flag', 'no affected versions at all; whether the entry matches cannot be told'],
  'affected-text': ['flag', 'one text where a list of ranges belongs; read as a list of one'],
  'affected-shape': ['flag', 'something else than a list of ranges; kept in the source row'],
  'affects-no-release': ['flag', 'no release that the source lists is affected'],
  'fixed-absent': ['note', 'no fixed versions'],
  'fixed-covers-affected': [
    'flag',
    'the fixed versions take everything away that is affected; subtracted all the same',
  ],
  'fixed-overlaps-affected': [
    'flag',
    'fixed versions without an end reach into the affected ones; subtracted all the same',
  ],
  'fixed-gap': ['flag', 'versions between the affected and the fixed ones are neither; kept as it is'],
  'id-absent': ['flag', 'no id; named after its place'],
  'id-form': ['flag', 'an id that is not `CPANSA-`, distribution, year, number'],
  'id-distribution': ['flag', 'an id that names another distribution than the row'],
  'id-characters': ['flag', 'an id with characters that an id must not have; each replaced by `_`'],
  'id-two-distributions': ['flag', 'one id under two distributions; one record with entries of both'],
  'id-several-rows': ['note', 'one id in several rows; each row stays an entry of its own'],
  'row-duplicate': ['flag', 'two rows of one id that say the same; both kept'],
  'row-shape': ['note', 'a row that is no object; cannot be an entry'],
  'distribution-shape': ['note', 'a distribution that is no object'],
  'distribution-differs': [
    'flag',
    'a row that names another distribution than the one it stands under; the latter holds',
  ],
  'distribution-form': [
    'flag',
    'a name that no CPAN distribution can have; each such character replaced by `_`',
  ],
  'distribution-without-modules': ['note', 'no module is mapped to the distribution'],
  'aliases-differ': ['flag', 'rows of one id with different CVE ids; each entry keeps its own'],
  'alias-absent': ['note', 'no CVE id'],
  'alias-form': ['flag', 'a CVE id that is none; kept as an alias'],
  'alias-duplicate': ['flag', 'an alias twice in one row; kept once'],
  'alias-shape': ['flag', 'something else than a list of names; kept in the source row'],
  'alias-earlier-id': ['note', 'an earlier id; becomes an alias'],
  'severity-absent': ['note', 'no severity'],
  'severity-empty': ['flag', 'an empty severity; read as none'],
  'severity-mapped': ['flag', '`moderate` is read as medium, `minor` as low'],
  'severity-unknown': ['flag', 'another word for the severity; kept in the source row'],
  'severity-differs': ['flag', 'rows of one id with different severities; the highest is taken'],
  'reported-absent': ['flag', 'no date of report'],
  'reported-form': ['flag', 'a date of report that is none; kept in the source row'],
  'reported-differs': ['flag', 'rows of one id with different dates; the earliest is taken'],
  'reference-absent': ['flag', 'no reference'],
  'reference-duplicate': ['flag', 'a reference twice in one row; kept once'],
  'reference-ftp': ['flag', 'a reference by FTP, which browsers do not open; kept'],
  'reference-form': ['flag', 'a reference that is no http(s) or ftp address; kept in the source row'],
  'description-absent': ['flag', 'no description; the summary names the distribution only'],
  'description-differs': [
    'flag',
    'rows of one id with different descriptions; the first gives the summary, all are kept',
  ],
  'cause-from-id': ['flag', 'the embedded library is told by the end of the id alone'],
  'cause-from-field': ['note', 'the embedded library is told by a member of the row'],
  'cause-external': [
    'flag',
    'the library stands outside of the distribution; counted as its own fault, kept in the source row',
  ],
  'library-unknown-version': ['flag', 'the source does not know which version of the library is embedded'],
  'library-version-form': ['flag', 'a version of the library that is a range or odd; kept as it is'],
  'member-kept': ['note', 'a member without a place in a record; kept in the source row'],
  'member-misspelt': ['flag', 'a member whose name is a known misspelling; read as what it means'],
  'member-shape': ['flag', 'a member of another shape than it must have; kept in the source row'],
  'main-module-absent': ['note', 'a distribution without a main module'],
  'release-absent': ['note', 'a distribution without releases'],
  'release-null': ['note', 'a release without a version; left out'],
  'release-number': ['note', 'a version that is a number; its digits taken as the text'],
  'release-unreadable': ['note', 'a version that version.pm does not read; left out'],
  'release-duplicate': ['note', 'a version listed twice; kept once'],
  'release-core': ['note', 'a version that came with perl only; kept apart from the releases'],
  'release-shape': ['note', 'a release that is no object; left out'],
  'module-shape': ['note', 'a module that is mapped to something else than a name; left out'],
  'module-elsewhere': ['note', 'a module of a distribution that the source does not list; kept'],
  'cause-from-library': ['note', "the embedded library and its version are told by the library's own file"],
  'library-ambiguous': ['flag', 'the library file gives several versions for the row; none is taken'],
  'library-ignored': ['note', 'a row that the source itself marks as not to be counted; no entry made'],
  'library-all-versions': ['flag', 'the source gives no affected versions of the library; all are taken'],
  'library-undecided': [
    'flag',
    'whether the embedded version of the library is affected cannot be told; counted as affected',
  ],
  'library-shape': ['note', 'a part of a library file of another shape; no entry made'],
  'file-member': ['note', 'a member that is about the file and not about an advisory; not taken'],
  'file-unread': ['note', 'a file that is no YAML or of another shape; nothing taken from it'],
} as const;

export type CpansaRule = keyof typeof CPANSA_RULES;

/** The flags of one import, in the order of the source. */
export class ImportFlags {
  readonly all: Flag[] = [];

  add(rule: CpansaRule, at: string, found: unknown): Flag {
    const added = { rule, at, found: short(found) };
    this.all.push(added);
    return added;
  }

  /** How often each rule was met, by rule; those never met are absent. */
  perRule(): Record<string, number> {
    const counts = new Map<string, number>();
    for (const { rule } of this.all) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The longest quotation of what was found, in characters. */
const MAX_FOUND = 200;

function short(found: unknown): string {
  const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing');
  return text.length > MAX_FOUND ? `${text.slice(0, MAX_FOUND)}…` : text;
}
