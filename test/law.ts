/**
 * The import law: what a room may import. A room is a folder of a package; what stands beside it is all it may
 * use. An exception stands here with its reason.
 */
export interface Room {
  /** Rooms it may import. */
  readonly rooms: readonly string[];
  /** Packages it may import, types included. */
  readonly packages?: readonly string[];
  /** May use `node:*`. Everything else also runs in a browser. */
  readonly node?: true;
}

export const law: Readonly<Record<string, Room>> = {
  'toolkit/base': { rooms: [], packages: ['@noble/hashes'] },
  'toolkit/formats': { rooms: ['toolkit/base'], packages: ['ae-cvss-calculator'] },
  'toolkit/cpan': { rooms: ['toolkit/base', 'toolkit/formats'] },
  'toolkit/advisories': { rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/cpan'], packages: ['yaml'] },
  'toolkit/inventory': { rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/cpan'] },
  'toolkit/audit': {
    rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/cpan', 'toolkit/inventory', 'toolkit/advisories'],
    packages: ['yaml'],
  },
  'toolkit/io': {
    rooms: ['toolkit/base'],
    packages: ['unbzip2-stream', 'xz-decompress', 'yauzl'],
    node: true,
  },
  'toolkit/cli': {
    rooms: [
      'toolkit/base',
      'toolkit/formats',
      'toolkit/cpan',
      'toolkit/inventory',
      'toolkit/advisories',
      'toolkit/audit',
      'toolkit/io',
    ],
    node: true,
  },
  desk: { rooms: [] },
};
