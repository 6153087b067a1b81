/** The page on which whoever takes part says whether the advisory names them. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { Field, Radios } from '../ui/index.ts';
import { type Asked, type Route, route } from '../web/index.ts';
import { chooseOwnCredit, type OwnCredit, ownCredit } from './own-credit.ts';
import { asOf } from './own-disputes-routes.ts';

const PATH = '/my-part/credit';
const text = Type.String();

const common = {
  path: PATH,
  title: 'How you are credited',
  model: Type.Unsafe<OwnCredit>(
    Type.Object({ reference: text, role: text, consent: text, name: text, published: Type.Boolean() }),
  ),
  page: creditPage,
} as const;

const show = async (asked: Asked<unknown, unknown, unknown>) => ({ model: await ownCredit(asOf(asked)) });

export const ownCreditRoutes: readonly Route[] = [
  route({ ...common, method: 'GET', act: 'part.read', handle: show }),
  route({
    ...common,
    method: 'POST',
    act: 'part.write',
    limit: 'write',
    body: Type.Object({
      credit: Type.Enum(['by-name', 'no']),
      name: Type.Optional(Type.String({ maxLength: 120 })),
    }),
    handle: async (asked) => {
      const { credit, name = '' } = asked.body;
      await chooseOwnCredit(asOf(asked), credit === 'by-name', name.trim());
      return { to: PATH, ...(await show(asked)) };
    },
  }),
];

const SAID: Readonly<Record<OwnCredit['consent'], string>> = {
  unasked: 'You have not said whether you want to be named.',
  asked: 'You are asked whether you want to be named.',
  'by-name': 'You are named.',
  no: 'You are not named.',
};

function creditPage({ reference, role, consent, name, published }: OwnCredit): JSX.Element {
  return (
    <>
      <h1>How you are credited</h1>
      <p>
        Case <code>{reference}</code>. <a href="/my-part">Back to your page</a>
      </p>
      <p class="lead">{SAID[consent]}</p>
      <p>
        The advisory would name you as {role}.{' '}
        {published ? 'It is published: what you change here is corrected.' : 'You can change it until then.'}
      </p>
      <form method="post" action={PATH}>
        <Radios
          name="credit"
          legend="Do you want to be named?"
          chosen={consent === 'no' ? 'no' : 'by-name'}
          options={[
            { value: 'by-name', label: 'Yes, under this name' },
            { value: 'no', label: 'No' },
          ]}
        />
        <Field name="name" label="Name" value={name} required={false} maxLength={120} />
        <button type="submit">Keep this</button>
      </form>
    </>
  );
}
