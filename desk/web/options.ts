/** What a server of the desk is made of. */
import type { Principal } from '../access/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import type { PageFrame } from './page.tsx';
import type { Route } from './route.ts';

export interface DeskServer {
  readonly store: Store;
  readonly routes: readonly Route[];
  /** `https://desk.example.org`, without a path. */
  readonly origin: string;
  /** Who asks, the first of which may do what is asked: by session, token and link. */
  authenticate(tx: Transaction, credentials: Credentials): Promise<readonly Principal[]>;
  readonly frame: PageFrame;
  /** Proxies in front, whose `X-Forwarded-For` says who asks; default none, so that nobody can say it of themselves. */
  readonly proxies?: number;
  /** Files that pages load, by path: `assets/style.0A1B2C3D.css`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** One line for each request: no address, no parameter, no content. */
  log(line: RequestLine): void;
}

export interface Credentials {
  readonly cookies: Readonly<Record<string, string>>;
  /** Of an `Authorization: Bearer` header. */
  readonly bearer: string | null;
}

export interface RequestLine {
  readonly method: string;
  /** The path of the route, with the names of its parameters. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What went wrong inside, without a value of the request. */
  readonly failure?: string;
}
