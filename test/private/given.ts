/** The whole desk with two cases, and everybody who may come to it, each with a cookie or token of their own. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { MemberPrincipal, Principal, Relation, Role, Scope } from '../../desk/access/index.ts';
import { deskRoutes } from '../../desk/app/index.ts';
import { openBlobs } from '../../desk/blobs/index.ts';
import { enqueue } from '../../desk/jobs/index.ts';
import { LINK_TIMES, makeLink } from '../../desk/people/index.ts';
import { PublishedStore } from '../../desk/published/index.ts';
import { EMPTY_REPORT, takeReport } from '../../desk/reports/index.ts';
import { authenticator, SESSION_POLICY } from '../../desk/session/index.ts';
import { DESK_KEY, newSecret, type Store, secretHash, type Transaction } from '../../desk/store/index.ts';
import { deskServer, type RequestLine, type Route } from '../../desk/web/index.ts';
import { givenMember, ORIGIN } from '../given-server.ts';

export { ORIGIN };

export const ROUTES: readonly Route[] = deskRoutes({
  deskName: 'Desk',
  policy: SESSION_POLICY,
  times: LINK_TIMES,
  tell: async () => {},
  radius: null,
  reports: { received: async () => {}, suspect: async () => {} },
  byMail: null,
  releases: async () => null,
  cve: true,
  uploads: null,
  metrics: async () => '',
  writing: async () => ({
    outward: {
      ...{ site: 'https://security.example.org', tree: null, cve: null, lists: {}, posts: {}, mail: null },
      // Nothing is ever written there.
      published: new PublishedStore(openBlobs(join(tmpdir(), 'cpansec-no-store'), {})),
    },
    desk: { name: 'Desk', address: 'desk@example.org', site: 'https://security.example.org' },
    templates: {},
    postLength: 280,
    steady: true,
  }),
});

/** Somebody with what they bear. */
export interface Who {
  readonly headers: Readonly<Record<string, string>>;
  /** As the desk knows them. */
  readonly principal: Principal;
}

export const NOBODY: Who = { headers: {}, principal: { kind: 'anonymous' } };

export interface Told {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly payload?: string | Buffer;
  readonly address?: string;
}

export type Ask = (who: Who, method: 'GET' | 'POST', url: string, sending?: Sending) => Promise<Told>;

export interface Serving {
  readonly ask: Ask;
  readonly lines: RequestLine[];
}

export function serving(t: TestContext, store: Store, routes: readonly Route[] = ROUTES): Serving {
  const lines: RequestLine[] = [];
  const server = deskServer({
    store,
    routes,
    origin: ORIGIN,
    authenticate: authenticator(SESSION_POLICY),
    frame: { name: 'Desk', assets: {} },
    assets: new Map(),
    log: (line) => void lines.push(line),
  });
  t.after(() => server.close());
  const ask: Ask = async (who, method, url, { headers = {}, json, payload, address } = {}) => {
    const body = json === undefined ? payload : JSON.stringify(json);
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const from: Record<string, string> = method === 'POST' ? { origin: ORIGIN } : {};
    const told = await server.inject({
      method,
      url,
      headers: { ...from, ...type, ...who.headers, ...headers },
      ...(body === undefined ? {} : { payload: body }),
      ...(address === undefined ? {} : { remoteAddress: address }),
    });
    return { status: told.statusCode, body: told.body, headers: told.headers };
  };
  return { ask, lines };
}

const HOUR = 3_600_000;

export interface Sitting {
  readonly proved?: boolean;
}

/** A member who is signed in. */
export async function signedIn(store: Store, role: Role, { proved = false }: Sitting = {}): Promise<Who> {
  const member = await givenMember(store, role, proved);
  return sessionOf(store, member, proved);
}

/** Another session of a member. */
export async function sessionOf(store: Store, member: MemberPrincipal, proved = false): Promise<Who> {
  const secret = newSecret();
  const id = secretHash(secret);
  await store.transaction(async (tx) => {
    const now = Date.parse(tx.now);
    const before = new Date(now - HOUR).toISOString();
    const instants = { created_at: before, seen_at: tx.now, proved_at: proved ? tx.now : before };
    const ends = new Date(now + 24 * HOUR).toISOString();
    await tx.db
      .insertInto('sessions')
      .values({ id, member_id: member.id, ...instants, ends_at: ends })
      .execute();
  });
  const cookie = `__Host-session=${secret}`;
  return { headers: { cookie }, principal: { ...member, proved, session: id } };
}

/** A program of a member. */
export async function tokenOf(store: Store, member: MemberPrincipal, scopes: readonly Scope[]): Promise<Who> {
  const token = `cpansec_${newSecret()}`;
  await store.transaction(async (tx) => {
    const id = secretHash(token);
    const { key_id } = await tx.db
      .selectFrom('persons')
      .innerJoin('members', 'members.person_id', 'persons.id')
      .select('key_id')
      .where('members.id', '=', member.id)
      .executeTakeFirstOrThrow();
    const sealed = await store.vault.seal(tx, key_id, `api_tokens.sealed/${id}`, 'a token');
    const ends = new Date(Date.parse(tx.now) + 24 * HOUR).toISOString();
    const row = { id, member_id: member.id, created_at: tx.now, ends_at: ends, sealed };
    await tx.db
      .insertInto('api_tokens')
      .values({ ...row, scopes: JSON.stringify(scopes) })
      .execute();
  });
  return {
    headers: { authorization: `Bearer ${token}` },
    principal: { ...member, proved: false, scopes },
  };
}

type LinkKind = Extract<Principal, { kind: 'link' }>['link'];

/** Whoever opened a link. */
export async function linked(
  store: Store,
  link: LinkKind,
  subject: string,
  caseId: string | null = null,
): Promise<Who> {
  const secret = await store.transaction((tx) =>
    makeLink(tx, { kind: link, subject, seconds: 86_400, ...(caseId === null ? {} : { caseId }) }),
  );
  return withLink(secret, { kind: 'link', link, subject, caseId });
}

export function withLink(secret: string, principal: Principal): Who {
  return { headers: { cookie: `__Host-link=${secret}` }, principal };
}

/** A member's part in a case, whatever their role. */
export async function putInto(store: Store, caseId: string, member: string, part: Relation): Promise<void> {
  await store.transaction(async (tx) => {
    const of = tx.db.deleteFrom('case_members').where('case_id', '=', caseId);
    await of.where('member_id', '=', member).execute();
    if (part !== 'member' && part !== 'conflict') return;
    const row = { case_id: caseId, member_id: member, part, since: tx.now } as const;
    await tx.db.insertInto('case_members').values(row).execute();
  });
}

export interface GivenCase {
  readonly id: string;
  readonly reporter: Who;
  /** Has not agreed to anything. */
  readonly invited: Who;
  /** Has agreed. */
  readonly agreed: Who;
  /** Ids by audience: the team's, the reporter's, the maintainer's. */
  readonly files: Readonly<Record<'team' | 'reporter' | 'maintainer', string>>;
}

export interface Team {
  readonly coordinator: Who;
  readonly cna: Who;
}

export interface GivenText {
  readonly where?: string;
  readonly what?: string;
  /** No two cases have the same. */
  readonly cve?: string;
}

/** A case under an embargo, with a reporter, a maintainer who agreed, another who did not, and files. */
export async function givenCase(
  store: Store,
  ask: Ask,
  { coordinator, cna }: Team,
  { where = 'Foo-Bar', what = 'Reads past the end in parse_header()', cve = 'CVE-2999-0001' }: GivenText = {},
): Promise<GivenCase> {
  const {
    caseId: id,
    participant,
    secret,
  } = await store.transaction((tx) =>
    takeReport(tx, store.vault, {
      channel: 'form',
      report: { ...EMPTY_REPORT, where, what },
      person: { name: 'A. Finder', address: 'finder@example.org' },
      files: [{ name: 'proof.txt', bytes: Buffer.from('proof') }],
    }),
  );
  const does = async (who: Who, path: string, json: object = {}): Promise<Told> => {
    const told = await ask(who, 'POST', path, { json });
    assert.equal(told.status, 200, `${path}: ${told.body}`);
    return told;
  };
  const act = (who: Who, name: string, json?: object) => does(who, `/cases/${id}/${name}`, json);
  await act(coordinator, 'take');
  for (const who of [coordinator, cna])
    await act(who, 'vote', { vote: 'yes', interest: 'no', why: 'It is one.' });
  await act(cna, 'accept');
  await act(cna, 'embargo', { end: '2999-12-09T12:00:00Z', why: 'The default.' });
  await act(cna, 'reserve', { cve });
  const asIn = async (name: string): Promise<Who> => {
    const { body } = await act(coordinator, 'participants', { name, role: 'maintainer' });
    const path = new URL((JSON.parse(body) as { link: string }).link).pathname;
    const { headers } = await ask(NOBODY, 'GET', path);
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    return { headers: { cookie }, principal: await principalOf(store, cookie) };
  };
  const [agreed, invited] = [await asIn('An Author'), await asIn('Another')];
  await does(agreed, '/my-part/accept');
  const reporter = withLink(secret ?? '', {
    kind: 'link',
    link: 'reporter',
    subject: participant,
    caseId: id,
  });
  for (const [who, path] of [
    [coordinator, `/cases/${id}/files`],
    [agreed, '/my-part/files'],
  ] as const)
    assert.equal((await ask(who, 'POST', path, upload('fix.patch', 'patch'))).status, 200);
  return { id, reporter, agreed, invited, files: await filesOf(store, id) };
}

async function filesOf(store: Store, caseId: string): Promise<GivenCase['files']> {
  const rows = await store.transaction((tx) =>
    tx.db.selectFrom('files').select(['id', 'audience']).where('case_id', '=', caseId).execute(),
  );
  const of = (beginning: string): string =>
    rows.find(({ audience }) => audience.startsWith(beginning))?.id ?? assert.fail(beginning);
  return { team: of('team'), reporter: of('reporter'), maintainer: of('maintainers') };
}

async function principalOf(store: Store, cookie: string): Promise<Principal> {
  const secret = cookie.split('=')[1] ?? '';
  const found = await store.transaction((tx) =>
    authenticator(SESSION_POLICY)(tx, { cookies: { link: secret }, bearer: null }),
  );
  return found[0] ?? assert.fail('the link leads nowhere');
}

/** A form with one file. */
export function upload(name: string, content: string | Buffer): Sending {
  const boundary = 'xxxxxxxxxxxxxxxx';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n`;
  const payload = Buffer.concat([
    Buffer.from(head),
    Buffer.from(content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

export interface World extends Serving {
  readonly store: Store;
  readonly team: Team;
  /** The case that is asked for. */
  readonly own: GivenCase;
  /** Another one, with nobody in common but the team that set both up. */
  readonly foreign: GivenCase;
  /** A job that waits for a decision. */
  readonly job: string;
}

export async function givenWorld(t: TestContext, store: Store): Promise<World> {
  const served = serving(t, store);
  const team = {
    coordinator: await signedIn(store, 'coordinator', { proved: true }),
    cna: await signedIn(store, 'cna', { proved: true }),
  };
  const other = { where: 'Else-Where', what: 'Another thing', cve: 'CVE-2999-0003' };
  const foreign = await givenCase(store, served.ask, team, other);
  const own = await givenCase(store, served.ask, team);
  const job = await store.transaction(async (tx) => {
    const id = await enqueue(tx, store.vault, { kind: 'test', caseId: null, keyId: DESK_KEY, payload: {} });
    await tx.db.updateTable('outbox').set({ state: 'failed' }).where('id', '=', id).execute();
    return id;
  });
  return { ...served, store, team, own, foreign, job };
}

export function memberOf({ principal }: Who): MemberPrincipal {
  return principal.kind === 'member' ? principal : assert.fail('no member');
}

const UNDO = new Error('undone');

/** Everything that is done with it is undone, so that each request meets the same state. */
export function undoing(store: Store): Store {
  return {
    ...store,
    async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      const done: T[] = [];
      try {
        await store.transaction(async (tx) => {
          done.push(await work(tx));
          throw UNDO;
        });
      } catch (error) {
        if (error !== UNDO) throw error;
      }
      return done.at(-1) as T; // nothing else throws that error
    },
  };
}
