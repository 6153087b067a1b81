/**
 * A route is one declaration: who may, what comes in, what goes out, what is done, how it looks. Pages and the API
 * are the same routes: a browser gets the page of the model, a program the model as JSON.
 */
import type { ComponentChildren } from 'preact';
import type { Static, TObject, TProperties, TSchema } from 'typebox';
import type { ActName, Principal, Relation } from '../access/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import type { WebError } from './errors.ts';

/** A file that came with a form. */
export interface Upload {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Asked<P, Q, B> {
  /** Everything the route does is one transaction, the permission and its audit entry included. */
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly principal: Principal;
  /** What whoever asks has to do with the case; `none` for a route of no case. */
  readonly relation: Relation;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly uploads: readonly Upload[];
  /** What whoever asks has already, by its ETag; null where they do not say. */
  readonly has: string | null;
  /** Scheme, host and port under which the desk is reached. */
  readonly origin: string;
  /** Goes into the audit entry of the request: ids, states and counts. */
  note(detail: Readonly<Record<string, string | number | boolean>>): void;
}

export interface Download {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** For what is asked for again and again: 304 to whoever has it. */
  readonly etag?: string;
}

export interface Cookie {
  readonly name: string;
  /** Null takes it away. */
  readonly value: string | null;
  /** Seconds. */
  readonly maxAge: number;
}

export type Answer<M> =
  | { readonly model: M; readonly cookies?: readonly Cookie[] }
  /** For a browser: 303 to the path. A program gets the model. */
  | { readonly to: string; readonly model?: M; readonly cookies?: readonly Cookie[] }
  | { readonly download: Download }
  /** Whoever asks has it. */
  | { readonly unchanged: string }
  /** What was done until here stays, the audit entry included; whoever asks gets the error. */
  | { readonly refused: WebError };

/** What a page is shown with besides its model. */
export interface Shown {
  readonly principal: Principal;
  readonly now: string;
  readonly origin: string;
}

export interface RouteDefinition<
  P extends TProperties,
  Q extends TProperties,
  B extends TProperties,
  M extends TSchema,
> {
  readonly method: 'GET' | 'POST';
  /** `/cases/:case`. A parameter called `case` is the case that the permission is about. */
  readonly path: string;
  readonly act: ActName;
  readonly params?: TObject<P>;
  readonly query?: TObject<Q>;
  readonly body?: TObject<B>;
  /**
   * What goes out; what it does not declare never does. A property with `seen: ['coordinator']` goes to these
   * alone.
   */
  readonly model: M;
  /** What the page is called, for its title and the API's description. */
  readonly title: string;
  /** Which bucket of requests it counts in. */
  readonly limit?: LimitName;
  /** Bytes of a body; default {@link MAX_BODY}. */
  readonly maxBody?: number;
  /** Scripts that the page loads, by name of the asset. */
  readonly scripts?: readonly string[];
  handle(
    asked: Asked<Static<TObject<P>>, Static<TObject<Q>>, Static<TObject<B>>>,
  ): Promise<Answer<Plain<Static<M>>>>;
  page?(model: Plain<Static<M>>, shown: Shown): ComponentChildren;
  /** The model of the page that shows a form again with what was typed and what is wrong with it. */
  again?(
    asked: Asked<Static<TObject<P>>, Static<TObject<Q>>, Readonly<Record<string, string>>>,
    problems: Readonly<Record<string, string>>,
  ): Promise<Plain<Static<M>>>;
}

/** The same, and nobody may change it. */
export type Plain<T> = T extends readonly (infer E)[]
  ? readonly Plain<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;

export const MAX_BODY: number = 256 * 1024;

export type LimitName = 'report' | 'sign-in' | 'link' | 'write';

type Values = Readonly<Record<string, unknown>>;

/** Any route, as the server and the tests see it. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly act: ActName;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  readonly model: TSchema;
  readonly title: string;
  readonly limit?: LimitName;
  readonly maxBody?: number;
  readonly scripts?: readonly string[];
  handle(asked: Asked<Values, Values, Values>): Promise<Answer<unknown>>;
  page?(model: unknown, shown: Shown): ComponentChildren;
  again?(
    asked: Asked<Values, Values, Readonly<Record<string, string>>>,
    problems: Readonly<Record<string, string>>,
  ): Promise<unknown>;
}

/** Gives a route its types; the server checks values against the schemas before it calls anything. */
export function route<
  P extends TProperties = Record<never, never>,
  Q extends TProperties = Record<never, never>,
  B extends TProperties = Record<never, never>,
  M extends TSchema = TSchema,
>(definition: RouteDefinition<P, Q, B, M>): Route {
  return definition as unknown as Route; // the schemas are checked at run time
}
