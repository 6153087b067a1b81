/** What goes out of an incident. */
import Type, { type TSchema, type TUnsafe } from 'typebox';
import { caseSchema } from '../cases/index.ts';
import type { IncidentPage } from './incident-model.ts';

const text = Type.String();
const maybe = Type.Union([Type.Null(), Type.String()]);
const listOf = <T extends TSchema>(item: T) => Type.Array(item);

const schema = Type.Object({
  kind: text,
  account: maybe,
  since: maybe,
  until: maybe,
  repository: maybe,
  recordId: maybe,
  releases: listOf(Type.Object({ name: text, author: maybe, on: maybe, verdict: text })),
  indicators: listOf(
    Type.Object({
      ...{ id: text, type: text, value: text, note: text, confidence: text },
      published: Type.Boolean(),
    }),
  ),
  course: listOf(Type.Object({ id: text, at: text, what: text, source: text })),
  evidence: listOf(
    Type.Object({
      ...{ file: text, name: text, size: Type.Integer(), sha256: text, from: text },
      custody: listOf(Type.Object({ at: text, who: text, what: text })),
    }),
  ),
  requests: listOf(
    Type.Object({
      ...{ id: text, measure: text, to: text, asked: text, state: text, note: text },
      ...{ answered: maybe, ended: maybe, letter: maybe },
    }),
  ),
  measures: listOf(
    Type.Object({
      measure: text,
      label: text,
      to: listOf(Type.Object({ id: text, name: text, contact: maybe })),
      text: maybe,
      why: text,
    }),
  ),
});

const words = Type.Record(text, text);

const whole = Type.Object({
  case: caseSchema,
  incident: schema,
  typed: words,
  problems: words,
});

export const incidentSchema: TUnsafe<IncidentPage> = Type.Unsafe<IncidentPage>(whole);
