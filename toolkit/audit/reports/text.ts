/** For people: the verdict, what to do, then the detail. */
import { formatPlace, printable } from '../../base/index.ts';
import type { AuditReport, Finding, PathStep } from '../report.ts';
import type { Render, RenderOptions } from './format.ts';
import {
  ACT_NOW,
  count,
  fixSentence,
  indexSentence,
  maliciousFindings,
  namesOf,
  ratingOf,
  subjectOf,
  suppressedBecause,
  unknownFindings,
  verdict,
  vulnerableFindings,
} from './wording.ts';

/** More than this many unknowns of one reason are told as a number. */
const UNKNOWN_LINES = 8;
const LABEL = 10;

export const text: Render = (report, options) => {
  const paint = painter(options.colour === true);
  const writer = new TextWriter(options, paint);
  writer.wrapped('', paint.bold(verdict(report)));
  malicious(report, writer);
  whatToDo(report, writer);
  for (const finding of vulnerableFindings(report)) block(finding, writer);
  unknowns(report, writer);
  suppressed(report, writer);
  notes(report, writer);
  writer.blank();
  writer.labelled('index', indexSentence(report.index, report.at));
  return writer.text();
};

interface Paint {
  bold(text: string): string;
  quiet(text: string): string;
  rating(word: string): string;
}

const RATING_COLOUR: Record<string, number> = { malicious: 31, critical: 31, high: 31, medium: 33, low: 36 };

function painter(colour: boolean): Paint {
  const paint = (code: number | string, text: string): string =>
    colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    bold: (text) => paint(1, text),
    quiet: (text) => paint(2, text),
    rating: (word) => paint(`1;${RATING_COLOUR[word] ?? 35}`, word),
  };
}

const ESCAPES = /\u001b\[[\d;]*m/g;

class TextWriter {
  readonly #lines: string[] = [];
  readonly #width: number;
  readonly #allPaths: boolean;
  readonly paint: Paint;

  constructor({ columns = 80, allPaths = false }: RenderOptions, paint: Paint) {
    this.#width = Math.max(40, Math.min(columns, 120));
    this.#allPaths = allPaths;
    this.paint = paint;
  }

  get allPaths(): boolean {
    return this.#allPaths;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  blank(): void {
    this.#lines.push('');
  }

  /** Words after a label in the left column, further lines below the words. */
  labelled(label: string, words: string): void {
    this.wrapped(label.padEnd(LABEL), words);
  }

  wrapped(head: string, words: string): void {
    const indent = visibleLength(head);
    let line = head;
    let rest = words;
    for (let at = breakOf(rest, this.#width - indent); at >= 0; at = breakOf(rest, this.#width - indent)) {
      this.#lines.push(line + rest.slice(0, at));
      line = ' '.repeat(indent);
      rest = rest.slice(at + 1);
    }
    this.#lines.push(line + rest);
  }

  text(): string {
    return `${this.#lines.map((line) => line.trimEnd()).join('\n')}\n`;
  }
}

/** Which blank of the text ends a line of that many columns: the last one that leaves no more; -1 where all of it fits. */
function breakOf(text: string, columns: number): number {
  let room = columns;
  for (const { 0: sequence, index } of text.matchAll(ESCAPES)) if (index <= room) room += sequence.length;
  if (text.length <= room) return -1;
  const last = text.lastIndexOf(' ', room);
  return last > 0 ? last : text.indexOf(' ', room);
}

function visibleLength(text: string): number {
  return text.includes('\u001b') ? text.replace(ESCAPES, '').length : text.length;
}

/** Apart from everything that can be weighed. */
function malicious(report: AuditReport, writer: TextWriter): void {
  const findings = maliciousFindings(report);
  if (findings.length === 0) return;
  writer.blank();
  writer.line(writer.paint.bold('Malicious'));
  writer.wrapped('  ', ACT_NOW);
  for (const finding of findings) block(finding, writer);
}

/** One line per change that ends findings, the exact command where there is one. */
function whatToDo(report: AuditReport, writer: TextWriter): void {
  const commands = new Map<string, number>();
  let patches = 0;
  let none = 0;
  for (const { fix } of vulnerableFindings(report)) {
    if (fix?.kind === 'upgrade' && fix.command !== null)
      commands.set(fix.command, (commands.get(fix.command) ?? 0) + 1);
    else if (fix?.kind === 'patch') patches++;
    else if (fix?.kind !== 'upgrade') none++;
  }
  if (commands.size + patches + none === 0) return;
  writer.blank();
  writer.line(writer.paint.bold('What to do'));
  for (const [command, ended] of commands) {
    writer.wrapped('  ', `${printable(command)}   ${writer.paint.quiet(`ends ${count(ended, 'finding')}`)}`);
  }
  if (patches > 0)
    writer.wrapped('  ', `${count(patches, 'finding')} with a patch and no fixed release: see below`);
  if (none > 0)
    writer.wrapped(
      '  ',
      `${count(none, 'finding')} without a fix: replace the distribution, or judge and record it in .cpansec.yaml`,
    );
}

function block(finding: Finding, writer: TextWriter): void {
  const { paint } = writer;
  writer.blank();
  const rating = ratingOf(finding);
  const pad = ' '.repeat(Math.max(1, LABEL - rating.length));
  writer.wrapped(
    `${paint.rating(rating)}${pad}`,
    `${paint.bold(subjectOf(finding))}  ${namesOf(finding).join(' · ')}`,
  );
  const { advisory } = finding;
  if (advisory === null) return;
  writer.wrapped(' '.repeat(LABEL), printable(advisory.summary));
  if (advisory.cause.kind === 'embedded') {
    const version = advisory.cause.libraryVersion === undefined ? '' : ` ${advisory.cause.libraryVersion}`;
    writer.labelled('  in', printable(`the embedded library ${advisory.cause.library}${version}`));
  }
  if (finding.core) writer.labelled('  core', 'comes with perl; an upgrade from CPAN goes in front of it');
  writer.labelled(finding.status === 'malicious' ? '  do' : '  fix', fixSentence(finding));
  paths(finding, writer);
  if (advisory.url !== null) writer.labelled('  more', printable(advisory.url));
}

function paths({ paths: chains, pathCount, places }: Finding, writer: TextWriter): void {
  if (chains.length === 0) {
    const [place] = places;
    if (place !== undefined) writer.labelled('  seen', printable(formatPlace(place)));
    return;
  }
  const shown = writer.allPaths ? chains : chains.slice(0, 1);
  shown.forEach((chain, i) => {
    tree(chain, i === 0 ? '  why' : '', writer);
  });
  const more = pathCount - shown.length;
  if (more > 0)
    writer.labelled(
      '',
      writer.paint.quiet(
        `and ${more} more ${more === 1 ? 'way' : 'ways'}${writer.allPaths ? '' : '; --paths lists them'}`,
      ),
    );
}

function tree(chain: readonly PathStep[], label: string, writer: TextWriter): void {
  chain.forEach((step, depth) => {
    const name = printable(step.version === null ? step.name : `${step.name} ${step.version}`);
    const place =
      step.place === undefined ? '' : `  ${writer.paint.quiet(printable(formatPlace(step.place)))}`;
    const branch = depth === 0 ? '' : `${'   '.repeat(depth - 1)}└─ `;
    writer.line(`${(depth === 0 ? label : '').padEnd(LABEL)}${branch}${name}${place}`);
  });
}

function unknowns(report: AuditReport, writer: TextWriter): void {
  const groups = byName(unknownFindings(report), ({ unknown }) => unknown?.reason ?? 'unreadable');
  if (groups.size === 0) return;
  writer.blank();
  writer.line(writer.paint.bold('Could not tell'));
  for (const [reason, findings] of groups) unknownGroup(reason, findings, writer);
}

/** Findings by a name of theirs, in their order; in one pass, since there may be a hundred thousand. */
function byName(findings: readonly Finding[], name: (finding: Finding) => string): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = name(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}

const NOT_COVERED = 'not covered by this index; cpansec db import FILE builds a complete one';

function unknownGroup(reason: string, findings: readonly Finding[], writer: TextWriter): void {
  if (reason === 'not-covered' && findings.length > 1) {
    const names = findings.map(subjectOf);
    const listed = names.slice(0, UNKNOWN_LINES).join(', ');
    const rest = names.length > UNKNOWN_LINES ? ` and ${names.length - UNKNOWN_LINES} more` : '';
    writer.wrapped('  ', `${count(findings.length, 'distribution')} ${NOT_COVERED}: ${listed}${rest}`);
    return;
  }
  const bySubject = byName(findings, subjectOf);
  for (const [subject, own] of [...bySubject].slice(0, UNKNOWN_LINES)) {
    writer.wrapped('  ', unknownLine(subject, reason, own));
  }
  const more = bySubject.size - UNKNOWN_LINES;
  if (more > 0) writer.wrapped('  ', `and ${more} more with the reason ${reason}; --format json lists them`);
}

/** What could not be told of one subject, with the advisories that may concern it. */
function unknownLine(subject: string, reason: string, own: readonly Finding[]): string {
  const words = [...new Set(own.map(({ unknown }) => unknown?.text ?? reason))].map(printable).join('; ');
  const ids = own.flatMap((finding) => namesOf(finding).slice(0, 1));
  return `${subject}: ${words}${ids.length === 0 ? '' : ` (${ids.join(', ')})`}`;
}

function suppressed(report: AuditReport, writer: TextWriter): void {
  if (report.suppressed.length === 0) return;
  writer.blank();
  writer.line(writer.paint.bold(`Not counted (${report.suppressed.length})`));
  for (const entry of report.suppressed) {
    const id = namesOf(entry.finding)[0] ?? '';
    writer.wrapped('  ', `${subjectOf(entry.finding)}  ${id}  ${suppressedBecause(entry)}`);
  }
}

function notes(report: AuditReport, writer: TextWriter): void {
  if (report.notes.length === 0) return;
  writer.blank();
  for (const { text: words, place } of report.notes) {
    const where = place === undefined ? '' : `${formatPlace(place)}: `;
    writer.labelled('note', printable(`${where}${words}`));
  }
}
