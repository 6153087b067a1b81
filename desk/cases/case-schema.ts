/** What goes out of a case, and who sees what of it. */
import Type, { type TUnsafe } from 'typebox';
import type { CaseModel } from './case-model.ts';

const text = Type.String();
const nullableText = Type.Union([Type.Null(), Type.String()]);

/** Names of people from outside are for those who write to them. */
const name = Type.String({ seen: ['coordinator', 'cna'] });
/** Who reported it is for whoever may ask for it by itself. */
const reporterName = Type.String({ seen: ['coordinator'] });

const schema = Type.Object({
  id: text,
  reference: text,
  revision: Type.Integer(),
  kind: text,
  phase: text,
  outcome: nullableText,
  tlp: text,
  restricted: Type.Boolean(),
  openedAt: text,
  mergedInto: nullableText,
  cve: nullableText,
  cveYear: Type.Integer(),
  title: text,
  distribution: nullableText,
  modules: Type.Array(text),
  summary: text,
  labels: Type.Array(text),
  weaknesses: Type.Array(text),
  cvss: nullableText,
  ssvc: Type.Array(
    Type.Object({
      table: text,
      title: text,
      outcomes: Type.Array(text),
      vector: text,
      published: Type.Boolean(),
    }),
  ),
  assigned: nullableText,
  products: Type.Array(
    Type.Object({
      id: text,
      name: text,
      purl: nullableText,
      status: text,
      justification: nullableText,
      version: nullableText,
      by: text,
      on: text,
      note: text,
      published: Type.Boolean(),
    }),
  ),
  references: Type.Array(Type.Object({ kind: text, url: text })),
  affected: Type.Array(Type.Object({ ranges: Type.Array(text), fixed: Type.Array(text) })),
  after: Type.Object({ disputes: Type.Integer(), amendments: Type.Integer() }),
  embargo: Type.Object({
    state: text,
    end: nullableText,
    proposals: Type.Array(Type.Object({ id: text, end: text, why: text, own: Type.Boolean() })),
  }),
  public: text,
  clocks: Type.Array(Type.Object({ what: text, due: text, state: text, why: text })),
  needs: Type.Array(text),
  votes: Type.Object({ yes: Type.Integer(), no: Type.Integer(), needed: Type.Integer() }),
  tasks: Type.Array(Type.Object({ number: Type.Integer(), text, done: Type.Boolean() })),
  timeline: Type.Array(
    Type.Object({ number: Type.Integer(), at: text, who: text, kind: text, audience: text, text }),
  ),
  audiences: Type.Array(Type.Object({ name: text, label: text })),
  participants: Type.Array(
    Type.Object({
      id: text,
      name: Type.Optional(name),
      reporterName: Type.Optional(reporterName),
      role: text,
      party: text,
      rm: text,
      consent: text,
      fix: nullableText,
      agreedAt: nullableText,
      signed: text,
    }),
  ),
  members: Type.Array(Type.Object({ id: text, name: text, part: text })),
  files: Type.Array(
    Type.Object({ id: text, name: text, size: Type.Integer(), sha256: text, audience: text }),
  ),
  contacts: Type.Union([
    Type.Null(),
    Type.Object({
      at: text,
      outcome: text,
      next: Type.Union([
        Type.Null(),
        Type.Object({ channel: text, address: text, at: text, why: text, public: Type.Boolean() }),
      ]),
      contacts: Type.Array(
        Type.Object({
          rank: Type.Integer(),
          channel: text,
          address: text,
          who: text,
          public: Type.Boolean(),
          flags: Type.Array(text),
          why: Type.Array(text),
          state: text,
          sources: Type.Array(Type.Object({ place: text, evidence: text })),
        }),
      ),
      refused: Type.Array(Type.Object({ place: text, found: text, reason: text })),
      notes: Type.Array(text),
    }),
  ]),
  asking: Type.Object({
    may: Type.Boolean(),
    why: text,
    repository: text,
    waits: Type.Boolean(),
    last: Type.Union([
      Type.Null(),
      Type.Object({
        at: text,
        repository: text,
        answers: Type.Array(Type.Object({ about: text, address: text, answer: text, why: text })),
      }),
    ]),
  }),
  alike: Type.Array(Type.Object({ id: text, reference: text, title: text, score: Type.Integer() })),
  editing: Type.Optional(Type.Object({ typed: Type.Record(text, text), problems: Type.Record(text, text) })),
});

export const caseSchema: TUnsafe<CaseModel> = Type.Unsafe<CaseModel>(schema);
