import { type PathStep, type Reason, why as reasonsFor } from '../audit/index.ts';
import { formatPlace, printable, printableJson } from '../base/index.ts';
import { type Command, EXIT, Stop, usage } from '../terminal/index.ts';
import { takeInventory } from './audit-inputs.ts';
import { INDEX_OPTIONS, openChosenIndex } from './index-place.ts';

export const why: Command = {
  name: 'why',
  summary: 'show what brings a distribution in',
  operands: 'NAME [PATH]',
  description: `Prints every chain from what the project in PATH (default: here) asks for down to the
distribution or module NAME. Exits 1 when it is not there.`,
  options: [...INDEX_OPTIONS, { name: 'json', help: 'print JSON' }],
  examples: [
    ['cpansec why HTTP-Tiny', 'a distribution of this project'],
    ['cpansec why URI::Escape ~/src/shop', 'a module of another one'],
  ],
  async run(typed, terminal) {
    const [name, path = '.', ...more] = typed.operands;
    if (name === undefined || more.length > 0)
      throw usage('why takes a name, and a path where it is not here');
    const { index } = openChosenIndex(typed, terminal);
    const { inventory } = await takeInventory({ ...typed, operands: [path] }, terminal);
    const reasons = reasonsFor(inventory, name, (module) => index.distributionOf(module));
    if (reasons.length === 0) {
      throw new Stop(
        EXIT.finding,
        `${printable(name)} is not in ${printable(inventory.subject)}`,
        'names are those of CPAN: libwww-perl, or LWP::UserAgent',
      );
    }
    terminal.out(
      typed.flag('json') ? `${printableJson(reasons.map(asJson))}\n` : `${reasons.map(block).join('\n')}`,
    );
    return EXIT.clean;
  },
};

function asJson({ component: { distribution, module, version, places }, paths, count }: Reason): unknown {
  return { distribution, module, version, places, paths, pathCount: count };
}

function block({ component: { distribution, module, version, places }, paths, count }: Reason): string {
  const [place] = places;
  const seen = place === undefined ? '' : `  ${formatPlace(place)}`;
  const head = printable(`${distribution ?? module ?? ''}${version === null ? '' : ` ${version}`}${seen}`);
  const more = count > paths.length ? [`  and ${count - paths.length} more ways`] : [];
  const ways = paths.length === 0 ? ['  nothing here asks for it'] : paths.flatMap(wayLines);
  return `${[head, ...ways, ...more].join('\n')}\n`;
}

function wayLines(path: readonly PathStep[]): string[] {
  return path.map(({ name, version, place }, depth) => {
    const branch = depth === 0 ? '  ' : `  ${'   '.repeat(depth - 1)}└─ `;
    const where = place === undefined ? '' : `  ${formatPlace(place)}`;
    return `${branch}${printable(`${name}${version === null ? '' : ` ${version}`}${where}`)}`;
  });
}
