/** Help texts, 80 columns. */
import { COMMON_OPTIONS, type Command, type Option } from './command.ts';
import { EXIT_MEANING } from './exit.ts';

/** One line per command. */
export function overview(commands: readonly { name: string; summary: string }[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return `cpansec: what is vulnerable in a Perl project, why it is there, what fixes it

Usage: cpansec COMMAND [OPTION…] [OPERAND…]

${table(rows)}

Nothing that cpansec inspects is ever run. Only db update uses the network.

Exit status
${table(EXIT_MEANING.map(([status, meaning]) => [String(status), meaning] as const))}

Examples
${table([
  ['cpansec audit', 'this project'],
  ['cpansec audit --help', 'the options of one command'],
])}
`;
}

export function commandHelp(command: Command): string {
  const examples = command.examples.map(([typed, meaning]) => `  ${typed}\n      ${meaning}`);
  const operands = command.operands === '' ? '' : ` ${command.operands}`;
  return `cpansec ${command.name}: ${command.summary}

Usage: cpansec ${command.name} [OPTION…]${operands}

${command.description}

Options
${table([...command.options, ...COMMON_OPTIONS].map((option) => [optionHead(option), option.help] as const))}

Examples
${examples.join('\n')}
`;
}

function optionHead({ name, short, value }: Option): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

/** Two columns; a left cell that is too wide gets a line of its own. */
function table(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(28, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) => {
    const text = wrap(right, 80 - width - 4);
    const head =
      left.length > width
        ? [`  ${left}`, `  ${' '.repeat(width)}  ${text[0] ?? ''}`]
        : [`  ${left.padEnd(width)}  ${text[0] ?? ''}`];
    return [...head, ...text.slice(1).map((line) => `  ${' '.repeat(width)}  ${line}`)].join('\n');
  });
  return lines.join('\n');
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
