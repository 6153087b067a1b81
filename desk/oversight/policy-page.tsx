/** The disclosure policy that is in force, for members to read and to print. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { policyOf, policySource } from '../casefile/index.ts';
import { policyParts } from '../disclosure/index.ts';
import { Definitions, Instant } from '../ui/index.ts';
import { type Plain, type Route, route } from '../web/index.ts';

const text = Type.String();
const model = Type.Object({
  /** The operator's file; null where nothing but the defaults is in force. */
  source: Type.Union([Type.Null(), Type.Object({ file: text, at: text })]),
  parts: Type.Array(
    Type.Object({
      title: text,
      lines: Type.Array(
        Type.Object({ path: text, meaning: text, value: text, usual: text, set: Type.Boolean() }),
      ),
    }),
  ),
});

type Model = Plain<Type.Static<typeof model>>;

export const policyRoute: Route = route({
  method: 'GET',
  path: '/policy',
  act: 'policy.read',
  title: 'The policy in force',
  model,
  handle: async ({ tx }) => ({
    model: { source: await policySource(tx), parts: policyParts(await policyOf(tx)) },
  }),
  page: policyPage,
});

function policyPage({ source, parts }: Model): JSX.Element {
  const set = parts.flatMap(({ lines }) => lines).filter((line) => line.set).length;
  return (
    <>
      <h1>The policy in force</h1>
      <p class="lead">
        {set === 0
          ? 'Every setting is the usual one.'
          : `${set === 1 ? '1 setting is' : `${set} settings are`} set here.`}
      </p>
      {source === null ? (
        <p>No file was given: the defaults hold.</p>
      ) : (
        <p>
          From the file <code>{source.file}</code>, <Instant at={source.at} />. It can be changed by the
          operator alone: <code>cpansec-desk policy FILE</code>.
        </p>
      )}
      {parts.map(({ title, lines }) => (
        <section key={title}>
          <h2>{title}</h2>
          <Definitions items={lines.map((line) => [line.meaning, <Value key={line.path} {...line} />])} />
        </section>
      ))}
    </>
  );
}

function Value({ path, value, usual, set }: Model['parts'][number]['lines'][number]): JSX.Element {
  return (
    <>
      {set ? (
        <>
          <strong>{value}</strong>, set here; the usual one is {usual}
        </>
      ) : (
        value
      )}{' '}
      <code class="quiet small">{path}</code>
    </>
  );
}
