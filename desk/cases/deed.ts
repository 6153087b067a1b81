/** What routes of a case have in common: who asks, of which case, and that the case is shown again. */
import Type, { type Static, type TObject, type TProperties, type TString } from 'typebox';
import type { ActName } from '../access/index.ts';
import { type Answer, type Asked, notFound, type Route, route } from '../web/index.ts';
import type { By } from './by.ts';
import type { CaseModel } from './case-model.ts';
import { caseSchema } from './case-schema.ts';
import { caseModel } from './model.ts';

export const CASE: TObject<{ case: TString }> = Type.Object({ case: Type.String() });

/** Scripts of every page of a case. */
export const SCRIPTS: readonly string[] = ['keys.js', 'times.js'];

export const words = (maxLength: number): TString => Type.String({ minLength: 1, maxLength, pattern: '\\S' });

export type AskedCase = Asked<{ readonly case: string }, unknown, unknown>;

/** Id of the member who asks. Throws `not-found` for anybody else. */
export function memberOf({ principal }: Pick<AskedCase, 'principal'>): string {
  if (principal.kind !== 'member') throw notFound();
  return principal.id;
}

export function byOf(asked: AskedCase): By {
  return { tx: asked.tx, vault: asked.vault, caseId: asked.params.case, member: memberOf(asked) };
}

export function shown(asked: AskedCase): Promise<CaseModel> {
  return caseModel(asked.tx, asked.vault, asked.params.case, memberOf(asked));
}

interface Deed<B extends TProperties> {
  /** Behind `/cases/:case/`. */
  readonly path: string;
  readonly act: ActName;
  readonly title: string;
  readonly body?: TObject<B>;
  readonly maxBody?: number;
  run(by: By, body: Static<TObject<B>>, asked: AskedCase): Promise<unknown>;
}

/** Does one thing to a case. A browser goes back to it; a program gets it as it is then. */
export function deed<B extends TProperties = Record<never, never>>({ path, run, ...about }: Deed<B>): Route {
  return route({
    ...about,
    method: 'POST',
    path: `/cases/:case/${path}`,
    params: CASE,
    model: caseSchema,
    limit: 'write',
    handle: async (asked): Promise<Answer<CaseModel>> => {
      await run(byOf(asked), asked.body, asked);
      return { to: `/cases/${asked.params.case}`, model: await shown(asked) };
    },
  });
}
