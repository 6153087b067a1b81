/** A desk with people, as browsers and programs of a test see it. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { LINK_TIMES, type Notice, type PeopleConfig, peopleRoutes } from '../desk/people/index.ts';
import { authenticator, bootstrapLink, SESSION_POLICY, sessionRoutes } from '../desk/session/index.ts';
import type { Store } from '../desk/store/index.ts';
import { deskServer, type RequestLine } from '../desk/web/index.ts';
import { Authenticator, type Lies } from './authenticator.ts';
import type { Where } from './given-desk.ts';

export const ORIGIN = 'https://desk.example.org';

export interface Told {
  readonly status: number;
  /** Of JSON; of a page the text. */
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface PeopleDesk {
  readonly store: Store;
  readonly notices: Notice[];
  readonly lines: RequestLine[];
  /** Seconds pass. */
  pass(seconds: number): void;
  /** A browser of somebody new. */
  visitor(): Visitor;
  /** The first coordinator, signed in. */
  first(): Promise<Visitor>;
  /** Somebody whom a coordinator invites, signed in. */
  member(by: Visitor, role: string, name?: string): Promise<Visitor>;
  acts(): Promise<{ actor: string; act: string; detail: Record<string, unknown> }[]>;
}

type Inject = (
  method: 'GET' | 'POST',
  url: string,
  headers: Record<string, string>,
  payload?: string,
) => Promise<Told>;

/** A browser with cookies and one passkey. */
export class Visitor {
  readonly cookies: Map<string, string> = new Map();
  readonly passkey: Authenticator = new Authenticator(ORIGIN);
  /** Of the member, once there is one. */
  id = '';
  readonly #inject: Inject;

  constructor(inject: Inject) {
    this.#inject = inject;
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
    return this.#send('GET', url, { headers });
  }

  post(url: string, body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Told> {
    return this.#send('POST', url, { body, headers });
  }

  async #send(method: 'GET' | 'POST', url: string, { headers = {}, body }: Sending): Promise<Told> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { ...(cookie === '' ? {} : { cookie }), origin: ORIGIN, 'content-type': 'application/json' };
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const told = await this.#inject(method, url, { ...sent, ...headers }, payload);
    for (const set of [told.headers['set-cookie'] ?? []].flat()) this.#keep(String(set));
    return told;
  }

  #keep(set: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    if (value === '') this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Of `action/options`: the ceremony and what the passkey is asked. */
  async begin(action: string, typed: object = {}): Promise<{ ceremony: string; options: string }> {
    const { status, body, text } = await this.post(`${action}/options`, typed);
    assert.equal(status, 200, text);
    return { ceremony: String(body.ceremony), options: String(body.options) };
  }

  async make(action: string, typed: object = {}, passkey: Authenticator = this.passkey): Promise<Told> {
    return this.finish(action, await this.begin(action, typed), typed, passkey);
  }

  /** Makes a passkey in a ceremony that was begun. */
  finish(
    action: string,
    { ceremony, options }: { readonly ceremony: string; readonly options: string },
    typed: object = {},
    passkey: Authenticator = this.passkey,
  ): Promise<Told> {
    return this.post(action, { passkey: 'Key', ...typed, ceremony, response: passkey.make(options) });
  }

  async use(action: string, lies: Lies = {}, more: object = {}): Promise<Told> {
    const { ceremony, options } = await this.begin(action);
    return this.post(action, { ...more, ceremony, response: this.passkey.use(options, lies) });
  }

  /** Follows a link and makes a passkey. */
  async enter(link: string, typed: object = {}, passkey?: Authenticator): Promise<void> {
    assert.equal((await this.get(link.replace(ORIGIN, ''))).status, 303);
    const told = await this.make('/welcome', typed, passkey);
    assert.equal(told.status, 200, told.text);
  }
}

export async function givenPeople(t: TestContext, where: Where): Promise<PeopleDesk> {
  let now = Date.parse('2026-11-25T12:00:00Z');
  const { store } = await where.given(t, () => new Date(now));
  const notices: Notice[] = [];
  const people: PeopleConfig = {
    times: LINK_TIMES,
    tell: async (_tx, notice) => void notices.push(notice),
  };
  const config = { ...people, deskName: 'Desk', policy: SESSION_POLICY };
  const lines: RequestLine[] = [];
  const server = deskServer({
    store,
    routes: [...sessionRoutes(config), ...peopleRoutes(people)],
    origin: ORIGIN,
    authenticate: authenticator(SESSION_POLICY),
    frame: { name: 'Desk', assets: {} },
    assets: new Map(),
    log: (line) => void lines.push(line),
  });
  t.after(() => server.close());
  const inject: Inject = async (method, url, headers, payload) => {
    const sent = payload === undefined ? {} : { payload };
    const { statusCode, body, headers: got } = await server.inject({ method, url, headers, ...sent });
    const json = String(got['content-type']).includes('json');
    return { status: statusCode, text: body, body: json ? JSON.parse(body) : {}, headers: got };
  };
  const visitor = (): Visitor => new Visitor(inject);
  const acts: PeopleDesk['acts'] = async () => {
    const rows = await store.transaction((tx) =>
      tx.db.selectFrom('ledger').selectAll().orderBy('seq').execute(),
    );
    return rows.map(({ actor, act, detail }) => ({ actor, act, detail: JSON.parse(detail) }));
  };
  return {
    store,
    notices,
    lines,
    visitor,
    acts,
    pass: (seconds) => {
      now += seconds * 1000;
    },
    first: async () => {
      const first = visitor();
      const link = (await bootstrapLink(store)) ?? assert.fail();
      await first.enter(link, { name: 'Ada', address: 'ada@example.org' });
      return named(first, 'Ada');
    },
    member: async (by, role, name = 'Bob') => {
      const { body, text } = await by.post('/people/invite', { name, address: 'bob@example.org', role });
      const made = body.made as { link: string; member: string } | undefined; // the route's model
      const somebody = visitor();
      await somebody.enter(made?.link ?? assert.fail(text));
      somebody.id = made?.member ?? '';
      return somebody;
    },
  };
}

async function named(visitor: Visitor, name: string): Promise<Visitor> {
  const { body } = await visitor.get('/people');
  const members = body.members as { id: string; name: string }[]; // the route's model
  visitor.id = members.find((member) => member.name === name)?.id ?? assert.fail();
  return visitor;
}
