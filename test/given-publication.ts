/** A desk that publishes, for a test: accepted cases, two members, everything outside that it reaches. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { MemberPrincipal } from '../desk/access/index.ts';
import { openBlobs } from '../desk/blobs/index.ts';
import { changeCase, happen, readCase, TEAM } from '../desk/casefile/index.ts';
import {
  checklistChore,
  checklistHandlers,
  checklistRoutes,
  type Outward,
  type SteadyClock,
  steadyClock,
  type Writing,
} from '../desk/checklist/index.ts';
import { cveServices } from '../desk/cve/index.ts';
import { type Handlers, workOne } from '../desk/jobs/index.ts';
import { PublishedStore } from '../desk/published/index.ts';
import { type CveServer, cveServer } from './cve-services.ts';
import type { Where } from './given-desk.ts';
import { givenCase, givenLetters, type Letters } from './given-letters.ts';
import { type GivenServer, givenMember, givenServer, type Told } from './given-server.ts';

export const SITE = 'https://security.example.org';
export const LIST = 'announce@example.org';

export interface Publishing extends Letters, GivenServer {
  readonly ada: MemberPrincipal;
  readonly bob: MemberPrincipal;
  readonly services: CveServer;
  readonly published: PublishedStore;
  readonly outward: Outward;
  readonly everything: Handlers;
  /** What the process believes of its own clock. */
  readonly process: { wall: number; monotonic: number };
  /** How often the tree was made. */
  readonly trees: { made: number; fail: Error | null };
  /** Posts by their key. */
  readonly posted: Map<string, string>;
  readonly steady: SteadyClock;
  /** An accepted case with a reporter, a CVE id and all that an advisory needs. */
  ready(distribution: string, cve: string): Promise<string>;
  /** Runs what is due, outside and inside, until nothing is left. */
  settle(): Promise<void>;
  /** As JSON. */
  post(path: string, json: object, as?: MemberPrincipal): Promise<Told>;
  page(path: string, as?: MemberPrincipal): Promise<Told>;
}

export async function givenPublishing(t: TestContext, where: Where): Promise<Publishing> {
  const letters = await givenLetters(t, where);
  const { store, clock } = letters;
  const services = await cveServer();
  t.after(() => services.close());
  const home = mkdtempSync(join(tmpdir(), 'cpansec-published-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const published = new PublishedStore(openBlobs(home, {}));
  const trees: Publishing['trees'] = { made: 0, fail: null };
  const posted = new Map<string, string>();
  const { base, org, user, key } = services;
  const outward: Outward = {
    published,
    site: SITE,
    tree: async () => {
      if (trees.fail !== null) throw trees.fail;
      return { serial: ++trees.made, logged: null };
    },
    cve: {
      services: cveServices({ base, org, user, key: async () => key, fetch }),
      assigner: { orgId: '00000000-0000-4000-9000-000000000001', shortName: 'example' },
    },
    lists: { announcement: LIST },
    posts: {
      mastodon: {
        async post(text, as) {
          posted.set(as, text);
          return `https://social.example.org/${as}`;
        },
      },
    },
    mail: letters.config,
  };
  const process = { wall: clock.now, monotonic: 0 };
  const steady = steadyClock(
    () => process.wall,
    () => process.monotonic,
  );
  const writing = async (): Promise<Writing> => ({
    outward,
    desk: { name: 'Security desk', address: 'desk@example.org', site: SITE },
    templates: {},
    postLength: 280,
    steady: true,
  });
  const everything = { ...letters.handlers, ...checklistHandlers(store, outward, steady) };
  const chore = checklistChore(store, { writing, clock: steady });
  const [ada, bob] = [await givenMember(store, 'cna', true), await givenMember(store, 'cna', true)];
  const server = givenServer(t, store, checklistRoutes(writing));
  const onError = (error: unknown): void => assert.ifError(error);
  return {
    ...{
      ...letters,
      ...server,
      ada,
      bob,
      services,
      published,
      outward,
      everything,
      process,
      trees,
      posted,
      steady,
    },
    ready: (distribution, cve) => readied(letters, services, ada, distribution, cve),
    async settle() {
      let failed: unknown = null;
      for (let idle = 0; idle < 2; idle++) {
        await chore.run().catch((error) => {
          failed = error;
        });
        while (await workOne({ store, handlers: everything, onError })) idle = 0;
      }
      if (failed !== null) throw failed;
    },
    post: (path, json, as = ada) => server.ask('POST', path, { as, json }),
    page: (path, as = ada) => server.ask('GET', path, { as, headers: { accept: 'text/html' } }),
  };
}

async function readied(
  letters: Letters,
  services: CveServer,
  ada: MemberPrincipal,
  distribution: string,
  cve: string,
): Promise<string> {
  const { store, act } = letters;
  const { caseId } = await givenCase(letters, {
    name: 'Finder',
    address: `finder@${distribution}.example.com`,
  });
  const by = `member:${ada.id}`;
  const at = new Date(letters.clock.now).toISOString();
  services.ids.set(cve, {
    ...{ cve, state: 'RESERVED', owner: services.org, by: services.user, reserved: at, modified: at },
  });
  await act(async (tx) => {
    let file = (await readCase(tx, store.vault, caseId)) ?? assert.fail();
    for (const event of [
      { type: 'phase', step: 'TRIAGE', by },
      { type: 'manage', participant: TEAM, step: 'VALIDATE', by },
      { type: 'manage', participant: TEAM, step: 'ACCEPT', by },
      { type: 'phase', step: 'COORDINATE', by },
      { type: 'reserve', cve, by },
    ] as const)
      ({ file } = await happen(tx, store.vault, file, event));
    await changeCase(tx, store.vault, file, {
      content: {
        title: `${distribution.replaceAll('-', '::')} versions before 1.24 for Perl read past the end of a header`,
        distribution,
        modules: [distribution.replaceAll('-', '::')],
        summary: `A header without an end makes parse_header() of ${distribution} read on, into other memory of the process.`,
        weaknesses: ['CWE-125'],
        references: [
          { url: `https://metacpan.org/release/EXAMPLE/${distribution}-1.24/changes`, kind: 'fix' },
        ],
        affected: [{ ranges: ['<1.24'], fixed: ['>=1.24'] }],
      },
    });
  });
  return caseId;
}
