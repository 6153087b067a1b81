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
  'toolkit/dependants': { rooms: ['toolkit/base', 'toolkit/cpan'] },
  'toolkit/tree': { rooms: ['toolkit/base'] },
  'toolkit/transparency': { rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/cpan'] },
  'toolkit/tuf': { rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/cpan'] },
  'toolkit/update': { rooms: ['toolkit/base', 'toolkit/tree', 'toolkit/transparency', 'toolkit/tuf'] },
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
  'toolkit/terminal': { rooms: ['toolkit/base'], node: true },
  'toolkit/sources': {
    rooms: [
      'toolkit/base',
      'toolkit/formats',
      'toolkit/cpan',
      'toolkit/advisories',
      'toolkit/io',
      'toolkit/terminal',
    ],
    node: true,
  },
  'toolkit/witness': {
    rooms: ['toolkit/base', 'toolkit/formats', 'toolkit/transparency', 'toolkit/io'],
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
      'toolkit/dependants',
      'toolkit/tree',
      'toolkit/transparency',
      'toolkit/tuf',
      'toolkit/update',
      'toolkit/io',
      'toolkit/terminal',
      'toolkit/sources',
      'toolkit/witness',
    ],
    node: true,
  },
  // The desk's rooms enter the toolkit by its public exports, `cpansec/…`; the toolkit never imports the desk.
  'desk/blobs': { rooms: [], packages: ['aws4fetch', 'cpansec'], node: true },
  // The transparency log as its operator keeps it.
  'desk/transparency': { rooms: ['desk/blobs', 'desk/published'], packages: ['cpansec', 'pg'], node: true },
  // The repository of The Update Framework as its operator keeps it.
  'desk/tuf': { rooms: ['desk/blobs', 'desk/transparency'], packages: ['cpansec'], node: true },
  'desk/signing': { rooms: [], packages: ['cpansec', 'openpgp'], node: true },
  'desk/published': { rooms: ['desk/blobs'], packages: ['cpansec'] },
  'desk/ui': { rooms: [], packages: ['markdown-it', 'preact'] },
  'desk/site': {
    rooms: ['desk/ui'],
    packages: ['cpansec', 'preact', 'preact-render-to-string'],
  },
  'desk/publish': {
    rooms: ['desk/blobs', 'desk/published', 'desk/signing', 'desk/site'],
    packages: ['cpansec'],
    node: true,
  },
  // What a mirror of CPAN publishes, into the log and the store.
  'desk/follower': { rooms: ['desk/blobs', 'desk/published'], packages: ['cpansec'], node: true },
  // Mail in and out: knows no case and no database.
  'desk/mail': {
    rooms: [],
    packages: ['cpansec', 'imapflow', 'mailauth', 'nodemailer', 'openpgp', 'postal-mime', 'smtp-server'],
    node: true,
  },
  // What is public cannot reach what is private: no room of the store's private side stands here.
  'desk/api': {
    rooms: ['desk/site'],
    packages: ['@fastify/type-provider-typebox', 'cpansec', 'fastify', 'prom-client', 'typebox'],
    node: true,
  },
  // One request to a service of others: knows neither what it is for nor whom it asks.
  'desk/requests': { rooms: [], packages: ['cpansec'] },
  // Short notices on social networks: knows no case.
  'desk/posts': { rooms: ['desk/requests'], packages: ['cpansec'], node: true },
  // The private side.
  'desk/disclosure': { rooms: [], packages: ['cpansec'] },
  'desk/texts': { rooms: ['desk/disclosure'], packages: ['cpansec'] },
  // How a case becomes public: the one private room that writes what is public.
  'desk/checklist': {
    rooms: [
      'desk/casefile',
      'desk/cases',
      'desk/cve',
      'desk/disclosure',
      'desk/jobs',
      'desk/mail',
      'desk/people',
      'desk/published',
      'desk/reports',
      'desk/site',
      'desk/store',
      'desk/texts',
      'desk/ui',
      'desk/web',
    ],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  'desk/contacts': { rooms: [], packages: ['cpansec'], node: true },
  // CVE Services: knows no case and no database.
  'desk/cve': { rooms: ['desk/requests'], packages: ['cpansec'] },
  'desk/ledger': { rooms: [], packages: ['cpansec'] },
  'desk/access': { rooms: [] },
  'desk/casefile': {
    rooms: ['desk/disclosure', 'desk/jobs', 'desk/store'],
    packages: ['cpansec', 'kysely'],
    node: true,
  },
  'desk/cases': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/contacts',
      'desk/cve',
      'desk/disclosure',
      'desk/jobs',
      'desk/organisations',
      'desk/people',
      'desk/reports',
      'desk/store',
      'desk/texts',
      'desk/ui',
      'desk/web',
      'desk/wording',
    ],
    packages: ['cpansec', 'diff', 'preact', 'typebox'],
  },
  'desk/findings': {
    rooms: ['desk/casefile', 'desk/disclosure', 'desk/reports', 'desk/store', 'desk/ui', 'desk/web'],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  // Harm by intent: a kind of case with a page of its own.
  'desk/incidents': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/cases',
      'desk/disclosure',
      'desk/notices',
      'desk/people',
      'desk/reports',
      'desk/store',
      'desk/ui',
      'desk/web',
    ],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  'desk/clocks': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/cases',
      'desk/disclosure',
      'desk/people',
      'desk/reports',
      'desk/store',
      'desk/ui',
      'desk/web',
    ],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  'desk/follow-up': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/cases',
      'desk/disclosure',
      'desk/people',
      'desk/reports',
      'desk/store',
      'desk/ui',
      'desk/web',
    ],
    packages: ['preact', 'typebox'],
  },
  'desk/move-in': {
    rooms: ['desk/casefile', 'desk/disclosure', 'desk/people', 'desk/reports', 'desk/store'],
    packages: ['cpansec'],
    node: true,
  },
  'desk/reports': {
    rooms: ['desk/casefile', 'desk/disclosure', 'desk/people', 'desk/store', 'desk/ui', 'desk/web'],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  'desk/web': {
    rooms: ['desk/access', 'desk/store', 'desk/ui'],
    packages: ['cpansec', 'fastify', 'preact', 'preact-render-to-string', 'typebox'],
    node: true,
  },
  'desk/store': { rooms: ['desk/access', 'desk/ledger'], packages: ['cpansec', 'kysely', 'pg'], node: true },
  'desk/jobs': { rooms: ['desk/store'], packages: ['cpansec'], node: true },
  'desk/people': {
    rooms: ['desk/access', 'desk/store', 'desk/ui', 'desk/web'],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  // With its own island: what asks a passkey in a browser.
  'desk/session': {
    rooms: ['desk/access', 'desk/people', 'desk/store', 'desk/ui', 'desk/web'],
    packages: ['@simplewebauthn/browser', '@simplewebauthn/server', 'cpansec', 'preact', 'typebox'],
    node: true,
  },
  // Mail of cases, out and in.
  'desk/notices': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/disclosure',
      'desk/jobs',
      'desk/mail',
      'desk/people',
      'desk/reports',
      'desk/store',
      'desk/ui',
      'desk/web',
    ],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  // The desk as a whole: numbers, figures and the policy, and no case.
  'desk/oversight': {
    rooms: ['desk/api', 'desk/casefile', 'desk/disclosure', 'desk/jobs', 'desk/store', 'desk/ui', 'desk/web'],
    packages: ['cpansec', 'preact', 'typebox'],
    node: true,
  },
  // Whom the group tells before a publication.
  'desk/organisations': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/disclosure',
      'desk/notices',
      'desk/people',
      'desk/store',
      'desk/ui',
      'desk/web',
    ],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  // A group's own words for what it says.
  'desk/wording': {
    rooms: ['desk/people', 'desk/store', 'desk/texts', 'desk/ui', 'desk/web'],
    packages: ['cpansec', 'preact', 'typebox'],
  },
  'desk/app': {
    rooms: [
      'desk/access',
      'desk/casefile',
      'desk/cases',
      'desk/checklist',
      'desk/cve',
      'desk/clocks',
      'desk/findings',
      'desk/follow-up',
      'desk/incidents',
      'desk/jobs',
      'desk/mail',
      'desk/notices',
      'desk/organisations',
      'desk/oversight',
      'desk/people',
      'desk/posts',
      'desk/reports',
      'desk/session',
      'desk/store',
      'desk/web',
      'desk/wording',
    ],
    packages: ['cpansec', 'fastify', 'preact', 'typebox'],
    node: true,
  },
  'desk/cli': {
    rooms: [
      'desk/api',
      'desk/app',
      'desk/blobs',
      'desk/casefile',
      'desk/checklist',
      'desk/cve',
      'desk/disclosure',
      'desk/ledger',
      'desk/people',
      'desk/posts',
      'desk/mail',
      'desk/findings',
      'desk/follower',
      'desk/incidents',
      'desk/move-in',
      'desk/publish',
      'desk/published',
      'desk/signing',
      'desk/site',
      'desk/store',
      'desk/tuf',
      'desk/transparency',
    ],
    packages: ['cpansec'],
    node: true,
  },
};
