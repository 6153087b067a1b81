import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { wrap } from 'cpansec/base';
import { type Command, EXIT, Stop, type Terminal, type Typed, usage } from 'cpansec/terminal';
import { type Asked, type Choice, type Drilled, drill } from '../incidents/index.ts';
import { fileKeyService, makeMasterKey, openStore } from '../store/index.ts';
import { deskExplained } from './desk-options.ts';

/** A Monday of the fiction. */
const BEGINS: number = Date.parse('2030-01-07T09:00:00Z');
const COLUMNS = 78;

export const drillCommand: Command = {
  name: 'drill',
  summary: 'a table-top drill: a fictional incident, step by step',
  operands: '',
  description: `Opens a fictional incident in a database of its own, which is gone afterwards, and asks
what you would do. Each answer takes its time on the clock of the fiction. At the end
stands what was done when, beside the numbers of the policy. Nothing is sent, and nothing
leaves this machine. Take an hour, all of you around one table.`,
  options: [{ name: 'choices', value: 'LIST', help: 'answers beforehand: 1,2,1,1,1 in place of a table' }],
  examples: [
    ['cpansec-desk drill', 'around a table, an answer a line'],
    ['cpansec-desk drill --choices 1,1,1,1,1', 'how it goes where all goes well'],
  ],
  async run(typed, terminal) {
    if (typed.operands.length > 0) throw usage('drill takes no operands');
    const answers = answersOf(typed, terminal);
    terminal.out(HEAD);
    try {
      const drilled = await deskExplained(() => atTable(answers, terminal));
      if (drilled === null)
        throw new Stop(EXIT.usage, 'the drill was left before its end', 'nothing is kept of it');
      terminal.out(summaryOf(drilled));
    } finally {
      answers.close();
    }
    return EXIT.clean;
  },
};

const HEAD = `FICTION. This is a drill: no release, no account and no person in it exists,
nothing is sent, and nothing is kept.
`;

interface Answers {
  /** As typed; null at the end. */
  next(): Promise<string | null>;
  close(): void;
}

function answersOf(typed: Typed, terminal: Terminal): Answers {
  const given = typed.value('choices');
  if (given === undefined) return typedAnswers();
  if (!/^\d(?:,\d)*$/.test(given)) throw usage('--choices takes numbers: 1,2,1');
  const list = given.split(',');
  const next = async (): Promise<string | null> => {
    const answer = list.shift() ?? null;
    if (answer !== null) terminal.out(`> ${answer}\n`);
    return answer;
  };
  return { next, close: () => {} };
}

/** A line each from whoever sits there. */
function typedAnswers(): Answers {
  const lines = createInterface({ input: process.stdin });
  const answers = lines[Symbol.asyncIterator]();
  const next = async (): Promise<string | null> => {
    const { value, done } = await answers.next();
    return done === true ? null : value;
  };
  return { next, close: () => lines.close() };
}

async function atTable(answers: Answers, terminal: Terminal): Promise<Drilled | null> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-drill-'));
  const clock = { milliseconds: BEGINS };
  makeMasterKey(join(home, 'master.key'));
  const keys = fileKeyService(join(home, 'master.key'));
  const store = await openStore(join(home, 'drill.db'), keys, { now: () => new Date(clock.milliseconds) });
  const said = ({ means }: Choice, at: string): void =>
    terminal.out(`\n${paragraph(`${atClock(at)}  ${means}`)}`);
  try {
    return await drill({ store, clock, choose: (asked) => chosen(asked, answers, terminal), said });
  } finally {
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Asks until the answer is one of them. */
async function chosen(
  { scene, number, of, at }: Asked,
  answers: Answers,
  terminal: Terminal,
): Promise<number | null> {
  terminal.out(
    `\nFICTION ${number} of ${of}, ${atClock(at)}\n\n${paragraph(scene.told)}\n${paragraph(scene.asks)}\n`,
  );
  scene.choices.forEach(({ label }, i) => {
    terminal.out(`  ${i + 1}  ${label}\n`);
  });
  terminal.out('\n');
  for (let answer = await answers.next(); answer !== null; answer = await answers.next()) {
    const position = Number(answer.trim()) - 1;
    if (scene.choices[position] !== undefined) return position;
    terminal.out(`A number from 1 to ${scene.choices.length}.\n`);
  }
  return null;
}

function paragraph(text: string): string {
  return `${wrap(text, COLUMNS).join('\n')}\n`;
}

/** `day 2, 11:00`. */
function atClock(at: string): string {
  const day = Math.floor((Date.parse(at) - Date.parse('2030-01-07T00:00:00Z')) / 86_400_000) + 1;
  return `day ${day}, ${at.slice(11, 16)}`;
}

function summaryOf({ began, ended, clocks, wrong, evidence, best, of }: Drilled): string {
  const lines = clocks.map(({ what, due, done, state }) => {
    const when = done === null ? 'not done' : `done ${atClock(done)}`;
    return `  ${(state === 'late' ? 'LATE' : state).padEnd(8)}${what}\n          due ${atClock(due)}; ${when}\n`;
  });
  const late = clocks.filter(({ state }) => state === 'late').length;
  return `\nFICTION, the end: ${atClock(began)} to ${atClock(ended)}

What the policy asks, and what was done

${lines.join('')}
${paragraph(
  [
    `${best} of ${of} answers were what the group would do; ${late === 0 ? 'nothing was' : `${late} of ${clocks.length} were`} late.`,
    evidence === 0
      ? 'No evidence is left: nobody can tell any more what was sent.'
      : 'The evidence is in the vault.',
    wrong.length === 0
      ? 'The record could be published.'
      : `The record could not be published: ${wrong.join('; ')}.`,
    'Talk of what took longest, and of what nobody at the table knew how to do.',
  ].join(' '),
)}`;
}
