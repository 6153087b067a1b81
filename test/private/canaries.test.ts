/** Words that are planted in a case, and searched for wherever they must not be, in whatever form. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { backup, fileKeyService, type Store } from '../../desk/store/index.ts';
import { databases, type Given } from '../given-desk.ts';
import {
  type Ask,
  linked,
  memberOf,
  NOBODY,
  ROUTES,
  signedIn,
  type Told,
  tokenOf,
  upload,
  type Who,
} from './given.ts';
import { type DeskProcess, deskProcess } from './process.ts';

const TEAM = ['coordinator', 'cna', 'triager', 'token'];
const AGREED = [...TEAM, 'agreed'];
/** With the organisation that was told early. */
const INSIDE = [...AGREED, 'distributor'];
const REPORTER = [...TEAM, 'reporter'];

/** Who is told what; everybody else never is. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  // The distribution stands in the first mail.
  where: [...REPORTER, 'agreed', 'invited', 'distributor'],
  what: [...INSIDE, 'reporter'],
  how: [...INSIDE, 'reporter'],
  known: [...INSIDE, 'reporter'],
  finder: ['coordinator', 'reporter'],
  address: ['coordinator'],
  reportfile: REPORTER,
  reportbytes: REPORTER,
  toteam: REPORTER,
  toreporter: REPORTER,
  inside: TEAM,
  voted: TEAM,
  task: TEAM,
  contact: TEAM,
  note: TEAM,
  label: TEAM,
  title: INSIDE,
  module: TEAM,
  summary: INSIDE,
  product: TEAM,
  productby: TEAM,
  productnote: TEAM,
  teamfile: TEAM,
  teambytes: TEAM,
  author: ['coordinator', 'cna', 'token'],
  authoraddress: [],
  partwords: AGREED,
  partfile: AGREED,
  partbytes: AGREED,
  wished: INSIDE,
  ended: TEAM,
  newname: ['coordinator', 'reporter'],
  orgname: [...TEAM, 'contact', 'coordinator outside', 'cna outside'],
  orgcontact: ['coordinator', 'cna', 'token', 'contact'],
  orgaddress: ['coordinator'],
  orgwhy: TEAM,
  orgproduct: ['distributor', ...TEAM],
  orgnote: ['distributor', ...TEAM],
};

type Canaries = Readonly<Record<string, string>>;

function canaries(): Canaries {
  const word = (name: string): string => `zq${name}${randomBytes(5).toString('hex')}`;
  return Object.fromEntries(Object.keys(SEEN).map((name) => [name, word(name)]));
}

/** As somebody might have written it by mistake; all in lower case. */
function formsOf(word: string): string[] {
  const bytes = Buffer.from(word);
  const turned = [...word].reverse().join('');
  const shifted = [0, 1, 2].map((n) =>
    // Without the letters that its neighbours have a part in.
    Buffer.concat([Buffer.alloc(n), bytes])
      .toString('base64')
      .slice(n === 0 ? 0 : 4, -4),
  );
  const wide = Buffer.from(word, 'utf16le').toString('latin1');
  const escaped = [...bytes].map((byte) => `%${byte.toString(16)}`).join('');
  const url = shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const forms = [word, turned, ...shifted, ...url, bytes.toString('hex'), wide, escaped];
  return forms.map((form) => form.toLowerCase());
}

function contains(haystack: string | Uint8Array, word: string): boolean {
  const text = typeof haystack === 'string' ? haystack : Buffer.from(haystack).toString('latin1');
  const low = text.toLowerCase();
  return formsOf(word).some((form) => low.includes(form));
}

/** A letter bears the address that it goes to; the first one to a maintainer the distribution too, and nothing else. */
function inLetter(what: string, where: string, bytes: string | Uint8Array, c: Canaries): boolean {
  if (!where.startsWith('file mail/')) return false;
  return what.endsWith('address') || (what === 'where' && contains(bytes, c.authoraddress ?? assert.fail()));
}

interface Walk {
  readonly id: string;
  readonly people: Readonly<Record<string, Who>>;
  /** All that anybody was told, headers included. */
  readonly told: Map<string, string[]>;
}

/** A case from its report to its end, with everything in it that somebody writes. */
async function walk(store: Store, desk: Ask, c: Canaries): Promise<Walk> {
  const told: Walk['told'] = new Map();
  const people: Record<string, Who> = { nobody: NOBODY };
  const ask = async (name: string, method: 'GET' | 'POST', path: string, json?: object): Promise<Told> => {
    const answer = await desk(people[name] ?? NOBODY, method, path, json === undefined ? {} : { json });
    remember(told, name, answer);
    return answer;
  };
  const does = async (name: string, path: string, json: object = {}): Promise<Record<string, string>> => {
    const answer = await ask(name, 'POST', path, json);
    assert.equal(answer.status, 200, `${path} as ${name}: ${answer.body}`);
    return JSON.parse(answer.body) as Record<string, string>;
  };
  const sends = async (name: string, path: string, file = '', bytes = ''): Promise<void> => {
    const answer = await desk(people[name] ?? NOBODY, 'POST', path, upload(`${file}.txt`, bytes));
    remember(told, name, answer);
    assert.equal(answer.status, 200, `${path}: ${answer.body}`);
  };
  const opens = async (link: string): Promise<Who> => {
    const { headers } = await desk(NOBODY, 'GET', new URL(link).pathname);
    return { ...NOBODY, headers: { cookie: String(headers['set-cookie']).split(';')[0] ?? '' } };
  };
  for (const role of ['coordinator', 'cna', 'triager', 'auditor'] as const)
    people[role] = await signedIn(store, role, { proved: true });
  const receipt = await does('nobody', '/report', {
    ...{ where: c.where, what: c.what, how: c.how, known: c.known, creditName: c.finder },
    address: `${c.address}@example.org`,
  });
  people.reporter = await opens((receipt.receipt as unknown as { link: string }).link);
  const rows = await store.transaction((tx) => tx.db.selectFrom('cases').select('id').execute());
  const id = rows[0]?.id ?? assert.fail();
  const act = (name: string, path: string, json?: object) => does(name, `/cases/${id}/${path}`, json);
  for (const role of ['coordinator', 'cna', 'triager'] as const)
    people[`${role} outside`] = await signedIn(store, role, { proved: true });
  people.token = await tokenOf(store, memberOf(people.coordinator ?? NOBODY), ['read']);
  people.monitor = await tokenOf(store, memberOf(people.auditor ?? NOBODY), ['metrics']);
  await sends('reporter', '/my-report/files', c.reportfile, c.reportbytes);
  await does('reporter', '/my-report/message', { text: c.toteam });
  await act('triager', 'take');
  for (const name of ['cna', 'coordinator'])
    await act(name, 'vote', { vote: 'yes', interest: 'no', why: c.voted });
  await act('cna', 'accept');
  await act('cna', 'embargo', { end: '2999-12-09T12:00:00Z', why: 'The default.' });
  await act('cna', 'reserve', { cve: 'CVE-2999-0001' });
  await act('triager', 'messages', { audience: 'team', text: c.inside });
  await act('triager', 'messages', { audience: 'reporter', text: c.toreporter });
  await act('triager', 'tasks', { text: c.task });
  await act('triager', 'products', {
    ...{ name: c.product, by: c.productby, note: c.productnote },
    ...{ status: 'affected', on: '2026-11-25', publish: 'yes' },
  });
  await act('triager', 'attempts', { channel: 'mail', address: c.contact, outcome: 'sent', note: c.note });
  await sends('triager', `/cases/${id}/files`, c.teamfile, c.teambytes);
  const author = { name: c.author, role: 'maintainer', address: `${c.authoraddress}@example.org` };
  for (const name of ['agreed', 'invited'])
    people[name] = await opens((await act('coordinator', 'participants', author)).link ?? '');
  await does('agreed', '/my-part/accept');
  await does('agreed', '/my-part/message', { text: c.partwords });
  await sends('agreed', '/my-part/files', c.partfile, c.partbytes);
  await does('agreed', '/my-part/extend', { end: '2999-12-30T12:00:00Z', why: c.wished });
  await earlyNotice({ store, people, does, id }, c);
  await edited(ask, id, {
    ...{ title: c.title, modules: c.module, labels: c.label },
    summary: `${c.summary} ${c.how} ${c.known}`,
  });
  await ask('coordinator', 'GET', `/cases/${id}`);
  await does('reporter', '/my-report/credit', { credit: 'no', creditName: c.newname });
  await mistakes(ask, id, c);
  for (const name of Object.keys(people)) await look(desk, people[name] ?? NOBODY, name, { id, told, store });
  await act('cna', 'observe', { what: 'P' });
  await act('cna', 'close', { outcome: 'withdrawn', why: c.ended });
  for (const name of Object.keys(people)) await look(desk, people[name] ?? NOBODY, name, { id, told, store });
  return { id, people, told };
}

interface Telling {
  readonly store: Store;
  readonly people: Record<string, Who>;
  readonly id: string;
  does(name: string, path: string, json?: object): Promise<unknown>;
}

/** An organisation signs up, is told early, and says how its packages stand. */
async function earlyNotice({ store, people, does, id }: Telling, c: Canaries): Promise<void> {
  const about = { name: c.orgname, kind: 'distributor', tlp: 'TLP:AMBER+STRICT' };
  const { organisations } = (await does('coordinator', '/organisations', about)) as Lists<'organisations'>;
  const organisation = organisations[0]?.id ?? assert.fail();
  const person = { name: c.orgcontact, address: `${c.orgaddress}@example.org` };
  const joined = await does('coordinator', `/organisations/${organisation}/contacts`, person);
  const [contact] = (joined as Lists<'contacts'>).contacts;
  people.contact = await linked(store, 'organisation', contact?.id ?? '');
  await does('contact', '/my-organisation/sign', { version: '1.1' });
  const told = await does('coordinator', `/cases/${id}/early-notice`, { organisation, why: c.orgwhy });
  const participant = (told as Lists<'notices', 'participant'>).notices[0]?.participant ?? assert.fail();
  people.distributor = await linked(store, 'participant', participant, id);
  await does('distributor', '/my-part/accept');
  const said = { name: c.orgproduct, note: c.orgnote, status: 'affected' };
  await does('distributor', '/my-part/statement', said);
  await does('cna', `/cases/${id}/early-notice/accept`, { participant });
}

/** Of a model: objects with an id. */
type Lists<K extends string, I extends string = 'id'> = Readonly<
  Record<K, readonly Readonly<Record<I, string>>[]>
>;

/** A letter that is noted as sent meanwhile is another revision: the form is sent again. */
async function edited(ask: Asking, id: string, form: object): Promise<void> {
  for (let left = 20; ; left--) {
    const { revision } = JSON.parse((await ask('cna', 'GET', `/cases/${id}`)).body) as { revision: number };
    const { status, body } = await ask('cna', 'POST', `/cases/${id}/details`, { revision, ...form });
    if (status === 200) return;
    assert.ok(status === 409 && left > 0, body);
  }
}

function remember(told: Walk['told'], name: string, { body, headers }: Told): void {
  const all = told.get(name) ?? [];
  told.set(name, all);
  all.push(body, JSON.stringify(headers));
}

type Asking = (name: string, method: 'GET' | 'POST', path: string, json?: object) => Promise<Told>;

/** What is refused, and what is asked for by others with these words in it. */
async function mistakes(ask: Asking, id: string, c: Canaries): Promise<void> {
  const table: [name: string, path: string, json: object, status: number][] = [
    ['cna', 'details', { revision: 1, title: c.title }, 409],
    ['cna', 'details', { revision: 99, title: c.title, ranges: `${c.summary} words` }, 422],
    ['cna', 'details', { revision: 99, title: c.title, cvss: c.summary }, 422],
    ['cna', 'products', { name: c.product, by: c.productby, status: 'fixed', on: c.inside }, 422],
    ['cna', 'reserve', { cve: c.inside }, 422],
    ['cna', 'embargo', { end: c.inside, why: 'x' }, 409],
    ['cna', 'embargo/answer', { proposal: c.inside, answer: 'yes' }, 409],
    ['cna', 'merge', { into: c.inside }, 422],
    ['triager', 'contacts/ask', { repository: c.inside }, 409],
    ['triager', 'messages', { audience: c.inside, text: c.inside }, 422],
    ['coordinator', 'participants', { name: c.author, role: 'maintainer', party: c.inside }, 422],
    ['coordinator', 'members', { member: c.inside }, 409],
    ['triager outside', 'messages', { audience: 'team', text: 'x' }, 404],
  ];
  for (const [name, path, json, status] of table) {
    const { status: found, body } = await ask(name, 'POST', `/cases/${id}/${path}`, json);
    assert.ok(found === status || (found >= 400 && found < 500), `${path}: ${found} ${body}`);
  }
  for (const word of [c.where, c.what, c.title])
    for (const name of ['cna', 'triager']) await ask(name, 'GET', `/cases?q=${word}`);
}

interface Looking {
  readonly id: string;
  readonly told: Walk['told'];
  readonly store: Store;
}

/** Every GET, as a page and as JSON, of every file and member. */
async function look(desk: Ask, who: Who, name: string, { id, told, store }: Looking): Promise<void> {
  const files = await store.transaction((tx) => tx.db.selectFrom('files').select('id').execute());
  const [member] = await store.transaction((tx) => tx.db.selectFrom('members').select('id').execute());
  for (const { method, path } of ROUTES) {
    if (method !== 'GET' || path.includes(':secret')) continue;
    const url = path.replace(':case', id).replace(':member', member?.id ?? '');
    const urls = url.includes(':file') ? files.map((file) => url.replace(':file', file.id)) : [url];
    for (const one of urls)
      for (const accept of ['text/html', 'application/json'])
        remember(told, name, await desk(who, 'GET', one, { headers: { accept } }));
  }
}

/** Whoever asks for what cannot be read gets a page that says nothing, and so does the log. */
async function damage(store: Store, desk: Ask, { people, id }: Walk): Promise<Told> {
  const row = await store.transaction((tx) =>
    tx.db.selectFrom('entries').select(['id', 'sealed']).where('case_id', '=', id).executeTakeFirstOrThrow(),
  );
  const sealed = Uint8Array.from(row.sealed, (byte, at) => (at === 20 ? byte ^ 1 : byte));
  const put = (bytes: Uint8Array) =>
    store.transaction((tx) =>
      tx.db.updateTable('entries').set({ sealed: bytes }).where('id', '=', row.id).execute(),
    );
  await put(sealed);
  const told = await desk(people.coordinator ?? NOBODY, 'GET', `/cases/${id}`);
  await put(row.sealed);
  return told;
}

/** Every column of every table, and the files of a database that has files, and a backup of it. */
async function atRest(
  t: TestContext,
  { store, address, masterKey }: Given,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const rows = await store.transaction(async (tx) => {
    const tables = await tx.db.introspection.getTables();
    return Promise.all(
      tables.map(
        async ({ name }) =>
          [
            name,
            await tx.db
              .selectFrom(name as 'cases')
              .selectAll()
              .execute(),
          ] as const,
      ),
    );
  });
  for (const [name, all] of rows) {
    const words = JSON.stringify(all, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    found.set(`table ${name}`, Buffer.from(words, 'latin1'));
  }
  assert.ok(found.size > 20, `${found.size} tables`);
  const home = dirname(masterKey);
  const file = join(home, 'backup');
  const facts = await backup(address, fileKeyService(masterKey), file);
  assert.ok(Object.keys(facts.tables).length > 20);
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(home, name)).isFile()) found.set(`file ${name}`, readFileSync(join(home, name)));
  if (!address.includes('://')) assert.ok(existsSync(`${address}-wal`), 'what is not yet in the database');
  t.diagnostic(`${found.size} places, ${[...found.values()].reduce((n, { length }) => n + length, 0)} bytes`);
  return found;
}

test('the search finds a word in each of its forms', () => {
  const word = 'zqcanary0123456789';
  for (const text of [word, word.toUpperCase(), [...word].reverse().join('')])
    assert.ok(contains(`a${text}b`, word));
  for (const before of ['', 'a', 'ab', 'abc'])
    for (const as of ['base64', 'base64url', 'hex'] as const)
      assert.ok(
        contains(Buffer.from(`${before}${word} and more`).toString(as), word),
        `${as} after ${before}`,
      );
  assert.ok(!contains('zqcanary', word));
});

for (const { name, skip, given } of databases)
  test(`nothing of a case is anywhere but with those whom it is for (${name})`, { skip }, async (t) => {
    const desk = await given(t);
    const process: DeskProcess = await deskProcess(t, desk);
    const planted = canaries();
    const walked = await walk(desk.store, process.ask, planted);
    const broken = await damage(desk.store, process.ask, walked);
    assert.equal(broken.status, 500);
    walked.told.set('of what is broken', [broken.body, JSON.stringify(broken.headers)]);
    const rest = await atRest(t, desk);
    await process.end('SIGTERM');
    const log = process.log();
    assert.match(log, /"failure":"damaged/);
    const secrets = Object.values(walked.people).flatMap(({ headers }) =>
      Object.values(headers).map((value) => value.replace(/^.*[= ]/, '')),
    );
    assert.ok(secrets.length > 8);
    for (const [what, word] of [
      ...Object.entries(planted),
      ...secrets.map((secret) => ['a secret', secret] as const),
    ]) {
      assert.ok(!contains(log, word), `${what} in the log: ${word}`);
      for (const [where, bytes] of rest) {
        assert.ok(inLetter(what, where, bytes, planted) || !contains(bytes, word), `${what} in ${where}`);
      }
    }
    // What tells of all cases together was told, and is looked through as well.
    for (const [who, words] of [
      ['monitor', 'cpansec_desk_outbox_jobs{state="ready"}'],
      ['auditor', 'Days from the report'],
      ['auditor', 'time to,first contact,1,'],
    ] as const)
      assert.ok(
        walked.told.get(who)?.some((text) => text.includes(words)),
        `${who}: ${words}`,
      );
    for (const [what, word] of Object.entries(planted)) {
      const seen = SEEN[what] ?? [];
      for (const [who, texts] of walked.told) {
        const found = texts.some((text) => contains(text, word));
        assert.ok(!found || seen.includes(who), `${what} was told to ${who}`);
      }
      const [somebody] = seen;
      const told = walked.told.get(somebody ?? '') ?? [];
      assert.ok(
        somebody === undefined || told.some((text) => contains(text, word)),
        `${what}: not to ${somebody}`,
      );
    }
  });
