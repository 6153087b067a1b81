/** What somebody reports: answers to nine questions, or a mail, or a finding of a scanner. */
import { nullable, object, oneOf, type Shape, string } from 'cpansec/base';

export const CREDIT = ['by-name', 'no', 'ask-later'] as const;

export interface Report {
  /** As it was written: a distribution, a module, an address. */
  readonly where: string;
  readonly versions: string;
  readonly what: string;
  /** How it can be made to happen. */
  readonly how: string;
  readonly impact: string;
  readonly proof: string;
  /** Who knows already. */
  readonly known: string;
  /** When it should be public; a wish. */
  readonly wish: string;
  readonly credit: (typeof CREDIT)[number];
  /** The name to be credited; null when there is none. */
  readonly creditName: string | null;
}

/** No question answered. */
export const EMPTY_REPORT: Report = {
  where: '',
  versions: '',
  what: '',
  how: '',
  impact: '',
  proof: '',
  known: '',
  wish: '',
  credit: 'ask-later',
  creditName: null,
};

export const reportShape: Shape<Report> = object({
  where: string,
  versions: string,
  what: string,
  how: string,
  impact: string,
  proof: string,
  known: string,
  wish: string,
  credit: oneOf(...CREDIT),
  creditName: nullable(string),
});

/** Characters of each answer. */
export const BOUNDS: Readonly<Record<Exclude<keyof Report, 'credit'>, number>> = {
  where: 300,
  versions: 300,
  what: 20_000,
  how: 20_000,
  impact: 5000,
  proof: 50_000,
  known: 2000,
  wish: 300,
  creditName: 120,
};

/** The first line of what it is, for lists. */
export function titleOf({ what, where }: Pick<Report, 'what' | 'where'>): string {
  const line = what.trim().split('\n')[0]?.trim() ?? '';
  const short = line.length > 100 ? `${line.slice(0, 99)}…` : line;
  return short === '' ? where : short;
}

/** The distribution, where what was written is the name of one or of a module of it; null where it is not. */
export function distributionOf(where: string): string | null {
  const text = where.trim().replace(/^https:\/\/metacpan\.org\/(?:dist|release|pod|module)\//, '');
  if (!/^[A-Za-z][A-Za-z0-9_]*(?:(?:::|-)[A-Za-z0-9_]+)*$/.test(text) || text.length > 120) return null;
  return text.replaceAll('::', '-');
}

/** The report as text, in the order of the questions; what was not answered is left out. */
export function reportText(report: Report): string {
  const parts = QUESTIONS.flatMap(([name, question]) => {
    const answer = String(report[name] ?? '').trim();
    return answer === '' ? [] : [`## ${question}\n\n${answer}`];
  });
  return `${parts.join('\n\n')}\n`;
}

/** As the form asks them, and as a case shows them. */
export const QUESTIONS: readonly (readonly [
  name: Exclude<keyof Report, 'credit' | 'creditName'>,
  question: string,
])[] = [
  ['where', 'Where is it?'],
  ['versions', 'In which versions?'],
  ['what', 'What is it?'],
  ['how', 'How does one make it happen?'],
  ['impact', 'What can somebody do with it?'],
  ['proof', 'Have you a proof?'],
  ['known', 'Who knows of it already?'],
  ['wish', 'When should it be public?'],
];
