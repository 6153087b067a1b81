/** A desk's server for a test: routes over a database, asked as whoever the test says. */
import type { TestContext } from 'node:test';
import type { MemberPrincipal, Principal, Role } from '../desk/access/index.ts';
import { newId, type Store } from '../desk/store/index.ts';
import { deskServer, type RequestLine, type Route } from '../desk/web/index.ts';

export const ORIGIN = 'https://desk.example.org';

export interface Asking {
  readonly as?: Principal;
  readonly headers?: Record<string, string>;
  /** Fields of a form, as a browser sends them; the answer is then the page. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly payload?: string | Buffer;
}

export interface Told {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface GivenServer {
  /** One line for each request that was answered. */
  readonly lines: RequestLine[];
  ask(method: 'GET' | 'POST', url: string, asking?: Asking): Promise<Told>;
}

export function givenServer(t: TestContext, store: Store, routes: readonly Route[]): GivenServer {
  let who: readonly Principal[] = [];
  const lines: RequestLine[] = [];
  const server = deskServer({
    store,
    routes,
    origin: ORIGIN,
    authenticate: async () => who,
    frame: { name: 'Desk', assets: {} },
    assets: new Map(),
    log: (line) => void lines.push(line),
  });
  t.after(() => server.close());
  const ask = async (method: 'GET' | 'POST', url: string, asking: Asking = {}): Promise<Told> => {
    who = asking.as === undefined ? [] : [asking.as];
    const { headers, payload } = sentBy(asking);
    const origin: Record<string, string> = method === 'POST' ? { origin: ORIGIN } : {};
    const {
      statusCode,
      body,
      headers: got,
    } = await server.inject({
      method,
      url,
      headers: { ...origin, ...headers, ...asking.headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: statusCode, body, headers: got };
  };
  return { lines, ask };
}

interface Sent {
  readonly headers: Record<string, string>;
  readonly payload: string | Buffer | undefined;
}

function sentBy({ form, json, payload }: Asking): Sent {
  if (form !== undefined)
    return {
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    };
  if (json !== undefined)
    return { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(json) };
  return { headers: {}, payload };
}

/** A member in the database, and as whom they ask. */
export async function givenMember(store: Store, role: Role, proved = false): Promise<MemberPrincipal> {
  const id = newId();
  await store.transaction(async (tx) => {
    const person = newId();
    const key = await store.vault.create(tx, 'person');
    const sealed = await store.vault.seal(tx, key, `persons.sealed/${person}`, { name: role, address: null });
    await tx.db
      .insertInto('persons')
      .values({ id: person, key_id: key, sealed, created_at: tx.now })
      .execute();
    const row = { id, person_id: person, role, state: 'active', created_at: tx.now, revision: 1 } as const;
    await tx.db.insertInto('members').values(row).execute();
  });
  return { kind: 'member', id, role, proved, scopes: null };
}
