/** Drafts of advisories to begin from, by their weakness: those that distributions of CPAN really have. */
import { cweName } from 'cpansec/formats';
import {
  blockProblems,
  type Field,
  fill,
  placeholdersOf,
  readTemplate,
  subjectProblems,
} from '../disclosure/index.ts';
import { TextError } from './errors.ts';

/** What is known of a case. */
export interface DraftFacts {
  /** Null for what is not known: a `TODO` stands in its place, which the lint of the record finds. */
  readonly module: string | null;
  readonly distribution: string | null;
  /** `before 1.42`. */
  readonly versions: string | null;
}

export interface BegunDraft {
  readonly title: string;
  /** Markdown. What is still to be answered stands in lines that begin with `TODO`. */
  readonly summary: string;
}

export const DRAFT_FIELDS: Readonly<Record<keyof DraftFacts, Field>> = {
  module: { kind: 'clause' },
  distribution: { kind: 'clause' },
  versions: { kind: 'clause' },
};

const TITLE = 'Title: {{module}} versions {{versions}} for Perl';
const MUST = ['module', 'versions'];

/** A draft: its title after the group's pattern, what is said of it, and what somebody has to answer. */
function draft(problem: string, said: string, ...questions: readonly string[]): string {
  return `${TITLE} ${problem}\n\n${said}\n\n${questions.map((question) => `TODO: ${question}`).join('\n\n')}\n`;
}

/** By weakness, the commonest first. */
export const WEAKNESS_TEMPLATES: Readonly<Record<string, string>> = {
  'CWE-338': draft(
    'make secrets of numbers that can be guessed',
    "{{module}} makes them of Perl's built-in rand, which is seeded with 32 bits and is no source of secrets. Whoever sees some of them, or knows when the program began, can tell the others.",
    'What is made: session ids, tokens, passwords, salts? By which function?',
    'What does somebody gain who guesses one?',
    'Which source is used in the fixed release: Crypt::URandom, Crypt::SysRandom, /dev/urandom?',
  ),
  'CWE-22': draft(
    'leave the directory that they are told to stay in',
    'A path with "..", an absolute path or a link in it leads out of the directory. Files elsewhere can be read or overwritten with the rights of the program.',
    'Where does the path come from: a member of an archive, a request, a file name?',
    'Is it read, written or both?',
    'Which links are followed?',
  ),
  'CWE-78': draft(
    'run commands that somebody else chose',
    'What is given to {{module}} reaches a shell: by system or exec with one argument, backticks, a pipe, or open with two arguments.',
    'Which function, and which argument of it?',
    'Where does that argument come from in practice?',
    'What could a caller do until they update?',
  ),
  'CWE-95': draft(
    'evaluate text that somebody else chose as Perl',
    'What is given to {{module}} becomes part of a string that is evaluated. Whoever chooses it runs code in the program.',
    'Which function, and what does the text look like that gets through?',
    'Where does it come from in practice?',
  ),
  'CWE-502': draft(
    'make objects of data that somebody else wrote',
    'Data that {{module}} reads can name any class. Its destructor, or code that the data carries, runs in the program.',
    'Which format: Storable, YAML, Sereal, a cache, a cookie?',
    'Where does the data come from, and is it signed?',
    'Which option or release refuses objects?',
  ),
  'CWE-125': draft(
    'read past the end of memory',
    'Native code of {{module}} reads past the end of a buffer when the input is malformed. The program ends, or what stands there is told.',
    'Which function of the C code, and which input?',
    'How much can be read, and does it reach somebody?',
    'Is the code its own, or a library that it carries?',
  ),
  'CWE-122': draft(
    'write behind the end of memory',
    'Native code of {{module}} writes behind the end of a buffer on the heap when the input is malformed. The program ends, or runs what was sent.',
    'Which function of the C code, and which input?',
    'How many bytes can be written, and who chooses them?',
    'Is the code its own, or a library that it carries?',
  ),
  'CWE-295': draft(
    'do not check whom they talk to',
    'The certificate of the other side, or its name, is not verified. Whoever stands between can read and change what is sent.',
    'Is it the chain, the name of the host or both?',
    'Is it so by default, or with which option?',
    'How does a caller turn the check on until they update?',
  ),
  'CWE-427': draft(
    'load code from a directory that others can write to',
    'The current directory, or another one that others may write to, is searched for modules or programs. A file that somebody puts there runs with the rights of whoever starts the program.',
    'Which module or program is looked for?',
    'From which directory is it usually started?',
  ),
  'CWE-59': draft(
    'follow links in a directory that others can write to',
    'A file is made under a name that can be told beforehand. A link of that name leads to another file, which is then overwritten or read with the rights of the program.',
    'Which file, and in which directory?',
    'Who runs it in practice: the installer, a daemon, root?',
  ),
  'CWE-79': draft(
    'put text of others into pages as it is',
    'What is given to {{module}} stands in a page without being escaped. A script in it runs in the browser of whoever opens the page.',
    'Which value, and in which place of the page?',
    'Who chooses it in practice?',
  ),
  'CWE-611': draft(
    'fetch what an XML document names',
    'External entities of a document are resolved. Whoever writes the document reads files of the program, or has it connect to other machines.',
    'Which parser, and with which options?',
    'Where do documents come from in practice?',
  ),
  'CWE-1395': draft(
    'carry a library with known vulnerabilities',
    '{{distribution}} carries a copy of a library that has vulnerabilities of its own. An update of the library on the system does not help: the copy is used.',
    'Which library, in which version, and where in the archive?',
    'Which of its vulnerabilities can be reached, by their ids?',
    'Can it be built against the library of the system instead?',
  ),
};

/** `CWE-22 Improper Limitation of a Pathname…`. */
export function weaknessWords(id: string): string {
  return `${id} ${cweName(id) ?? ''}`.trim();
}

/** What is wrong with a template; an empty list is one that works. */
export function weaknessProblems(text: string): readonly string[] {
  const read = readTemplate(text, PARTS);
  if ('problems' in read) return read.problems;
  const { subject, blocks } = read.template;
  const used = new Set(placeholdersOf(text));
  return [
    ...subjectProblems(subject, RULES),
    ...blocks.flatMap((block) => blockProblems(block, RULES)),
    ...MUST.filter((field) => !used.has(field)).map((field) => `{{${field}}} is not used`),
  ];
}

const PARTS = { head: 'Title', each: false } as const;
const RULES = { fields: DRAFT_FIELDS, details: true, detailed: new Set<string>() };

/** Throws `template` for one that does not work. */
export function beginDraft(text: string, facts: DraftFacts): BegunDraft {
  const [problem] = weaknessProblems(text);
  const read = readTemplate(text, PARTS);
  if (problem !== undefined || 'problems' in read)
    throw new TextError('template', problem ?? 'not a template');
  const known: Readonly<Record<string, string | null>> = { ...facts };
  const shown = (field: string): string => known[field] ?? 'TODO';
  const { subject, blocks } = read.template;
  return {
    title: fill(subject, shown),
    summary: blocks.map(({ lines }) => lines.map((line) => fill(line, shown)).join('\n')).join('\n\n'),
  };
}
