/** The page on which whoever takes part objects to the record. */
import type { JSX } from 'preact';
import { Area, Instant, Markdown } from '../ui/index.ts';
import { OUTCOME_WORDS } from './dispute-words.ts';
import type { OwnDisputes } from './own-disputes.ts';

/** `home`: their own page of the case. */
export function ownDisputesPage(home: string): (model: OwnDisputes) => JSX.Element {
  return ({ reference, may, disputes }) => (
    <>
      <h1>Object to the record</h1>
      <p>
        Case <code>{reference}</code>. <a href={home}>Back to your page</a>
      </p>
      {disputes.map((dispute) => (
        <Objection key={dispute.id} home={home} dispute={dispute} />
      ))}
      {may ? (
        <form method="post" action={`${home}/dispute`}>
          <p>
            Say what is wrong with what was published or decided, and how one can tell. A person looks at it,
            and you are told what is decided and why.
          </p>
          <Area name="claim" label="What is wrong?" maxLength={20_000} />
          <button type="submit">Object</button>
        </form>
      ) : disputes.length === 0 ? (
        <p>There is nothing to object to yet: it is neither public nor closed.</p>
      ) : null}
    </>
  );
}

function Objection({
  home,
  dispute: { id, claim, received, acknowledged, ended },
}: {
  readonly home: string;
  readonly dispute: OwnDisputes['disputes'][number];
}): JSX.Element {
  return (
    <section>
      <p class="quiet small">
        You objected, <Instant at={received} />. {acknowledged === null ? '' : 'The group has seen it.'}
      </p>
      <Markdown text={claim} typed />
      {ended === null ? (
        <form method="post" action={`${home}/dispute/withdraw`}>
          <input type="hidden" name="dispute" value={id} />
          <button type="submit" class="second">
            I no longer object
          </button>
        </form>
      ) : (
        <>
          <p>
            <strong>Decided: {OUTCOME_WORDS[ended.outcome]}</strong>, <Instant at={ended.at} />
          </p>
          <Markdown text={ended.why} typed />
        </>
      )}
    </section>
  );
}
