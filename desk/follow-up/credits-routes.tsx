/** Who is credited, for members. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { seerOf } from '../access/index.ts';
import { CREDIT_ROLES } from '../casefile/index.ts';
import {
  Act,
  type AskedCase,
  byOf,
  CASE,
  CaseBar,
  type CaseModel,
  caseOf,
  caseSchema,
  caseShown,
  namedCredits,
  SCRIPTS,
} from '../cases/index.ts';
import { Field, Notice, Records, SelectField } from '../ui/index.ts';
import { type Route, route, type Shown } from '../web/index.ts';
import { addCredit, removeCredit } from './credits.ts';

interface CreditsModel {
  readonly case: CaseModel;
  readonly credits: readonly {
    readonly id: string;
    readonly role: string;
    readonly consent: string;
    /** What they are to the case; null for somebody who takes no part. */
    readonly part: string | null;
    /** Of whoever wants to be named, for who publishes it. */
    readonly name?: string;
  }[];
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

const text = Type.String();

const schema = Type.Object({
  case: caseSchema,
  credits: Type.Array(
    Type.Object({
      id: text,
      role: text,
      consent: text,
      part: Type.Union([Type.Null(), text]),
      name: Type.Optional(Type.String({ seen: ['coordinator', 'cna'] })),
    }),
  ),
  typed: Type.Record(text, text),
  problems: Type.Record(text, text),
});

const PATH = '/cases/:case/credits';

const common = {
  params: CASE,
  model: Type.Unsafe<CreditsModel>(schema),
  title: 'Credits of a case',
  scripts: SCRIPTS,
  page: creditsPage,
} as const;

async function modelOf(asked: AskedCase): Promise<CreditsModel> {
  const shown = await caseShown(asked);
  const file = await caseOf(asked.tx, asked.vault, shown.id);
  const named = await namedCredits(asked.tx, asked.vault, file);
  const credits = named.map(({ id, role, consent, participant, name }) => ({
    ...{ id, role, consent },
    part: participant === null ? null : partOf(shown, participant),
    ...(consent === 'by-name' ? { name } : {}),
  }));
  return { case: shown, credits, typed: {}, problems: {} };
}

function partOf({ participants }: CaseModel, id: string): string {
  const found = participants.find((one) => one.id === id);
  return `${found?.role ?? 'participant'} ${id.slice(0, 4)}`;
}

const post = { ...common, method: 'POST', act: 'case.credit', limit: 'write' } as const;

const page = route({
  ...common,
  method: 'GET',
  path: PATH,
  act: 'case.read',
  handle: async (asked) => ({ model: await modelOf(asked) }),
});

const add = route({
  ...post,
  path: PATH,
  body: Type.Object({
    role: Type.Enum([...CREDIT_ROLES]),
    participant: Type.Optional(Type.String({ maxLength: 30 })),
    name: Type.Optional(Type.String({ maxLength: 120 })),
    how: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  handle: async (asked) => {
    const { role, participant = '', name = '', how = '' } = asked.body;
    const who = { participant: participant === '' ? null : participant, name: name.trim(), how: how.trim() };
    await addCredit(byOf(asked), { role, ...who });
    return { to: `/cases/${asked.params.case}/credits`, model: await modelOf(asked) };
  },
  again: async (asked, problems) => ({ ...(await modelOf(asked)), typed: asked.body, problems }),
});

const remove = route({
  ...post,
  path: `${PATH}/remove`,
  body: Type.Object({ credit: Type.String({ minLength: 1, maxLength: 30 }) }),
  handle: async (asked) => {
    await removeCredit(byOf(asked), asked.body.credit);
    return { to: `/cases/${asked.params.case}/credits`, model: await modelOf(asked) };
  },
});

export const creditsRoutes: readonly Route[] = [page, add, remove];

const CONSENT_WORDS: Readonly<Record<string, string>> = {
  unasked: 'nobody asked them yet',
  asked: 'asked, and has not answered',
  'by-name': 'wants to be named',
  no: 'does not want to be named',
};

function creditsPage(model: CreditsModel, { now, principal }: Pick<Shown, 'now' | 'principal'>): JSX.Element {
  const { case: file, credits, problems } = model;
  const writes = ['coordinator', 'cna'].includes(seerOf(principal));
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Credits</h1>
      <p class="lead">The advisory names who wants to be named, and nobody else.</p>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      {credits.length === 0 ? <p>Nobody yet.</p> : null}
      <Records
        items={credits.map(({ id, role, consent, part, name }) => ({
          key: id,
          title: [name, part].filter((word) => word != null && word !== '').join(', ') || 'somebody else',
          facts: [`as ${role}`, CONSENT_WORDS[consent] ?? consent],
          ...(writes
            ? {
                acts: (
                  <Act id={file.id} act="credits/remove" label="Remove" second>
                    <input type="hidden" name="credit" value={id} />
                  </Act>
                ),
              }
            : {}),
        }))}
      />
      {writes ? <AddForm {...model} /> : null}
    </>
  );
}

function AddForm({ case: { id, participants }, typed, problems }: CreditsModel): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name], problem: problems[name] });
  return (
    <section aria-labelledby="add">
      <h2 id="add">Credit somebody</h2>
      <Act id={id} act="credits" label="Ask or add them">
        <SelectField
          {...of('role')}
          label="As"
          options={CREDIT_ROLES.map((value) => ({ value, label: value }))}
        />
        <SelectField
          {...of('participant')}
          label="Who; whoever takes part is asked by a letter"
          options={[
            { value: '', label: 'somebody who takes no part' },
            ...participants.map((one) => ({ value: one.id, label: `${one.role} ${one.id.slice(0, 4)}` })),
          ]}
        />
        <Field {...of('name')} label="Name, of who takes no part" required={false} maxLength={120} />
        <Field {...of('how')} label="How they agreed" required={false} maxLength={500} />
      </Act>
    </section>
  );
}
