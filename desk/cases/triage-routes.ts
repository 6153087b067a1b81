/** From a report to a decision: taken on, voted on, accepted, closed, merged, split. */
import Type from 'typebox';
import { ROUTE_NAMES } from '../disclosure/index.ts';
import { type Route, route, WebError } from '../web/index.ts';
import * as acts from './acts.ts';
import { caseSchema } from './case-schema.ts';
import { byOf, CASE, deed, memberOf, shown, words } from './deed.ts';
import { merge } from './merge.ts';
import { caseModel } from './model.ts';
import { splitOff } from './split.ts';
import { listOf } from './typed-details.ts';

const take = deed({ path: 'take', act: 'case.triage', title: 'Take a case on', run: acts.takeOn });

const vote = deed({
  path: 'vote',
  act: 'case.triage',
  title: 'Vote whether it is a vulnerability',
  body: Type.Object({
    vote: Type.Enum(['yes', 'no']),
    interest: Type.Enum(['yes', 'no']),
    why: words(2000),
  }),
  run: (by, { vote, interest, why }) => acts.vote(by, vote, { interest, why }),
});

const proof = deed({
  path: 'proof',
  act: 'case.triage',
  title: 'Ask the reporter for a proof of concept',
  run: acts.askProof,
});

const accept = deed({
  path: 'accept',
  act: 'case.triage',
  title: 'Accept it as a vulnerability',
  run: acts.accept,
});

const close = deed({
  path: 'close',
  act: 'case.close',
  title: 'Close a case',
  body: Type.Object({
    outcome: Type.Enum(['out-of-scope', 'not-a-vulnerability', 'withdrawn', 'spam']),
    why: words(2000),
    /** Whose it is that is out of scope; empty where it is nobody's of these. */
    handler: Type.Optional(Type.Enum(['', ...ROUTE_NAMES])),
  }),
  run: (by, { outcome, why, handler }) => acts.close(by, outcome, why, handler === '' ? undefined : handler),
});

/** What is shown then is another case. */
const GOES_ELSEWHERE = { method: 'POST', params: CASE, model: caseSchema, limit: 'write' } as const;

const merged = route({
  ...GOES_ELSEWHERE,
  path: '/cases/:case/merge',
  act: 'case.merge',
  title: 'Merge a case into another',
  body: Type.Object({ into: words(30) }),
  handle: async (asked) => {
    await merge(byOf(asked), asked.body.into);
    asked.note({ into: asked.body.into });
    return { to: `/cases/${asked.body.into}`, model: await shown(asked) };
  },
});

const split = route({
  ...GOES_ELSEWHERE,
  path: '/cases/:case/split',
  act: 'case.merge',
  title: 'Split off a part of a case',
  body: Type.Object({
    title: words(200),
    distribution: Type.Optional(Type.String({ maxLength: 120 })),
    entries: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  handle: async (asked) => {
    const { title, distribution = '', entries = '' } = asked.body;
    const numbers = listOf(entries, /[\s,]+/).map(Number);
    if (!numbers.every((number) => Number.isSafeInteger(number) && number > 0))
      throw new WebError('invalid', 'Not as it must be.', { entries: 'Numbers, apart by blanks.' });
    const part = await splitOff(byOf(asked), {
      title: title.trim(),
      distribution: distribution.trim() === '' ? null : distribution.trim(),
      entries: numbers,
    });
    asked.note({ part, entries: numbers.length });
    const model = await caseModel(asked.tx, asked.vault, part, memberOf(asked));
    return { to: `/cases/${part}`, model };
  },
});

export const triageRoutes: readonly Route[] = [take, vote, proof, accept, close, merged, split];
