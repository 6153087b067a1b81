/** An advisory as CommonMark: to be pasted into an issue, a mail, a changelog. */
import { defanged } from 'cpansec/advisories';
import { ACT_NOW } from 'cpansec/audit';
import { answer } from './advisory.tsx';
import { fixedWords } from './affected.tsx';
import { INDICATOR_WORDS } from './indicators.tsx';
import type { AdvisoryPage, Site } from './model.ts';
import { address, folders } from './paths.ts';
import { instantWords, intervalsWords, nameOf, ratingWord } from './words.ts';

/** The text of `advisories/ID.md`. What others wrote is escaped, but for the details, which are CommonMark. */
export function advisoryMarkdown(site: Site, model: AdvisoryPage): string {
  const { record } = model;
  const blocks = [
    `# ${plain(record.summary)}`,
    plain(answer(model)),
    ...(record.withdrawn === undefined ? [] : [`Reason: ${plain(record.withdrawn.reason)}`]),
    record.malicious === undefined ? '' : plain(ACT_NOW),
    facts(model),
    section('Affected', affected(model)),
    section('Indicators', indicators(record)),
    section('Details', record.details?.trim() ?? ''),
    section('Patches', items(model.patches.map((path) => link(address(site, path))))),
    section('References', items(record.references.map(({ type, url }) => `${link(url)} (${type})`))),
    `From ${link(address(site, folders.advisory(record.id)))}, revision ${model.revision} of ${instantWords(model.modified)}, by ${plain(site.publisher)}.`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function facts({ record, line }: AdvisoryPage): string {
  const names = [nameOf(line), record.id, ...line.aliases];
  const vector =
    record.severity?.vector === undefined ? '' : ` (\`${record.severity.vector.replaceAll('`', '')}\`)`;
  return items([
    `Names: ${[...new Set(names)].map(plain).join(', ')}`,
    ...(line.malicious === true ? [] : [`Severity: ${ratingWord(line.rating)}${vector}`]),
    ...(record.weaknesses === undefined ? [] : [`Weaknesses: ${record.weaknesses.map(plain).join(', ')}`]),
    `First report: ${record.reported ?? 'not recorded'}`,
  ]);
}

function affected({ affected: all, line }: AdvisoryPage): string {
  return items(
    all.map(({ distribution, intervals, fixedIn, library }) => {
      const carried = library === null ? '' : `; in the embedded library ${library}`;
      return `**${plain(distribution)}**: ${plain(`${intervalsWords(intervals)}${line.malicious === true ? '' : `; ${fixedWords(fixedIn)}`}${carried}`)}`;
    }),
  );
}

function indicators({ malicious }: AdvisoryPage['record']): string {
  const all = malicious?.indicators ?? [];
  return items(
    all.map((one) => {
      const note = one.note === undefined ? '' : `: ${one.note}`;
      return plain(`${INDICATOR_WORDS[one.type]} ${defanged(one)}${note}`);
    }),
  );
}

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

function items(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Text that means nothing but itself in CommonMark, on one line. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&');
}

/** An address as a link; what is no web address as text. */
function link(url: string): string {
  return /^https?:\/\/[^\s<>]+$/i.test(url) ? `<${url}>` : plain(url);
}
