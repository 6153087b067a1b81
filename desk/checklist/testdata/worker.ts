/**
 * A process of a desk that publishes, to be killed: the real store, CVE Services and mail server of the test; the tree
 * is a line in a file, and the network one that knows a key again.
 */
import { appendFileSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openBlobs } from '../../blobs/index.ts';
import { cveServices } from '../../cve/index.ts';
import { startJobs } from '../../jobs/index.ts';
import { smtpMailer } from '../../mail/index.ts';
import { PublishedStore } from '../../published/index.ts';
import { fileKeyService, openStore } from '../../store/index.ts';
import { checklistChore, checklistHandlers, type Outward, steadyClock } from '../index.ts';

const given: Given = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

interface Given {
  readonly address: string;
  readonly masterKey: string;
  readonly home: string;
  readonly smtp: number;
  readonly cve: { readonly base: string; readonly org: string; readonly user: string; readonly key: string };
}

const { home, cve } = given;
const store = await openStore(given.address, fileKeyService(given.masterKey));
const site = 'https://security.example.org';
const outward: Outward = {
  published: new PublishedStore(openBlobs(join(home, 'store'), {})),
  site,
  async tree() {
    appendFileSync(join(home, 'trees'), 'made\n');
    return { serial: 1, logged: null };
  },
  cve: {
    services: cveServices({ ...cve, key: async () => cve.key, fetch }),
    assigner: { orgId: '00000000-0000-4000-9000-000000000001', shortName: cve.org },
  },
  lists: { announcement: 'announce@example.org' },
  posts: {
    mastodon: {
      async post(text, key) {
        writeFileSync(join(home, `post-${key}`), text);
        return `https://social.example.org/${key}`;
      },
    },
  },
  mail: {
    from: { name: 'Desk', address: 'desk@example.org' },
    mailer: smtpMailer({ host: '127.0.0.1', port: given.smtp, tls: 'none' }),
    sign: null,
  },
};
const clock = steadyClock();
const desk = { name: 'Security desk', address: 'desk@example.org', site };
const writing = async () => ({ outward, desk, templates: {}, postLength: 280, steady: true });
// Others take over soon, and what failed is tried at once.
const handlers = Object.entries(checklistHandlers(store, outward, clock)).map(([kind, handler]) => [
  kind,
  { ...handler, lease: 1500, tries: 1000, backOff: { first: 50, most: 100 } },
]);
startJobs({
  store,
  handlers: Object.fromEntries(handlers),
  chores: [{ ...checklistChore(store, { writing, clock }), every: 20 }],
  idle: 20,
  reapEvery: 100,
  // Another process holding the database may be in the way.
  onError: (error) => writeSync(2, `${String(error)}\n`),
});
process.send?.('ready');
