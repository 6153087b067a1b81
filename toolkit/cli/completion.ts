/** Completion scripts, made from the table of commands and their options. */
import { COMMON_OPTIONS, type Command, EXIT, type Option, usage } from '../terminal/index.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** The command itself is made with the loaders of all others, which only it needs. */
export function completionCommand(loadAll: () => Promise<readonly Command[]>): Command {
  return {
    name: 'completion',
    summary: 'print a completion script for bash, zsh or fish',
    operands: 'bash | zsh | fish',
    description: 'The script completes commands, options and their fixed values; operands are files.',
    options: [],
    examples: [
      ['source <(cpansec completion bash)', 'for this shell'],
      ['cpansec completion fish > ~/.config/fish/completions/cpansec.fish', 'for good'],
    ],
    async run(typed, terminal) {
      const [shell] = typed.operands;
      const commands = await loadAll();
      if (shell === 'bash') terminal.out(bash(commands));
      else if (shell === 'zsh')
        terminal.out(`autoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`);
      else if (shell === 'fish') terminal.out(fish(commands));
      else
        throw usage(
          `${shell === undefined ? 'completion' : `completion ${shell}`}: say ${SHELLS.join(', ')}`,
        );
      return EXIT.clean;
    },
  };
}

function optionsOf(command: Command): readonly Option[] {
  return [...command.options, ...COMMON_OPTIONS];
}

function bash(commands: readonly Command[]): string {
  const words = commands.map(
    (command) =>
      `    ${command.name}) words="${optionsOf(command)
        .map(({ name }) => `--${name}`)
        .join(' ')}" ;;`,
  );
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ choices }) => choices !== undefined)
      .map(({ name, choices = [] }) => `    ${command.name}:--${name}) words="${choices.join(' ')}" ;;`),
  );
  return `_cpansec() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')} --help --version" -- "$current"))
    return
  fi
  case "$command:$previous" in
${values.join('\n')}
  esac
  if [ -z "$words" ] && [[ "$current" == -* ]]; then
    case "$command" in
${words.map((line) => `  ${line}`).join('\n')}
    esac
  fi
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cpansec cpansec
`;
}

function fish(commands: readonly Command[]): string {
  const names = commands.map(
    ({ name, summary }) => `complete -c cpansec -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
  );
  const options = commands.flatMap((command) =>
    optionsOf(command).map((option) => fishOption(command, option)),
  );
  return `${[...names, ...options].join('\n')}\n`;
}

function fishOption({ name: command }: Command, { name, short, value, choices, help }: Option): string {
  const parts = [
    `complete -c cpansec -n '__fish_seen_subcommand_from ${command}' -l ${name}`,
    ...(short === undefined ? [] : [`-s ${short}`]),
    ...(value === undefined ? [] : ['-r']),
    ...(choices === undefined ? [] : [`-f -a '${choices.join(' ')}'`]),
    `-d ${quoted(help)}`,
  ];
  return parts.join(' ');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
