/** Help texts, 80 columns. */
import { wrap } from '../base/index.ts';
import { COMMON_OPTIONS, type Command, type Option } from './command.ts';
import type { Program } from './program.ts';

const COLUMNS = 80;

/** One line per command. */
export function overview({ name, about, notes, examples, exits, commands }: Program): string {
  return `${name}: ${about}

Usage: ${name} COMMAND [OPTION…] [OPERAND…]

${table(commands.map(({ name, summary }) => [name, summary] as const))}

${paragraphs(notes)}

Exit status
${table(exits.map(([status, meaning]) => [String(status), meaning] as const))}

Examples
${table(examples)}
`;
}

export function commandHelp({ name: program }: Program, command: Command): string {
  const examples = command.examples.map(([typed, meaning]) => `  ${typed}\n      ${meaning}`);
  const operands = command.operands === '' ? '' : ` ${command.operands}`;
  return `${program} ${command.name}: ${command.summary}

Usage: ${program} ${command.name} [OPTION…]${operands}

${paragraphs(command.description)}

Options
${table([...command.options, ...COMMON_OPTIONS].map((option) => [optionHead(option), option.help] as const))}

Examples
${examples.join('\n')}
`;
}

/** Words of any length of line, as paragraphs of ours; a blank line stands between two. */
function paragraphs(text: string): string {
  return text
    .split('\n\n')
    .map((words) => wrap(words.replaceAll('\n', ' '), COLUMNS).join('\n'))
    .join('\n\n');
}

function optionHead({ name, short, value }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

/** Two columns; a left cell that is too wide gets a line of its own. */
function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(28, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) => {
    const text = wrap(right, COLUMNS - width - 4);
    const head =
      left.length > width
        ? [`  ${left}`, `  ${' '.repeat(width)}  ${text[0] ?? ''}`]
        : [`  ${left.padEnd(width)}  ${text[0] ?? ''}`];
    return [...head, ...text.slice(1).map((line) => `  ${' '.repeat(width)}  ${line}`)].join('\n');
  });
  return lines.join('\n');
}
