/** The pool's page where the desk has CVE Services: reserve more, and what is under way. */
import type { JSX } from 'preact';
import { Field, Instant, Notice } from '../ui/index.ts';
import type { ServicesState } from './cve-services.ts';

/** Of a form that came back. */
export interface PoolForms {
  readonly typed: { readonly ids: string; readonly year: string; readonly amount: string };
  readonly problems: Readonly<Record<'ids' | 'year' | 'amount', string | null>>;
}

type Props = PoolForms & { readonly services: ServicesState };

export function ServicesPart({ services, typed, problems }: Props): JSX.Element {
  return (
    <section aria-labelledby="services">
      <h2 id="services">CVE Services</h2>
      <Left {...services} />
      <UnderWay {...services} />
      {services.reserving > 0 ? null : (
        <form method="post" action="/cve-ids/reserve">
          <Field
            name="amount"
            label="How many"
            keyboard="numeric"
            maxLength={3}
            value={typed.amount}
            problem={problems.amount ?? undefined}
          />
          <Field
            name="year"
            label="Of which year"
            hint="That of the first public report."
            keyboard="numeric"
            maxLength={4}
            value={typed.year}
            problem={problems.year ?? undefined}
          />
          <button type="submit">Reserve them</button>
        </form>
      )}
    </section>
  );
}

function Left({ left }: ServicesState): JSX.Element {
  if (left === null) return <p>How many ids may still be reserved is not known yet.</p>;
  return (
    <p>
      {left.ids === 1 ? 'One id' : `${left.ids} ids`} may still be reserved, as of <Instant at={left.at} />.
    </p>
  );
}

function UnderWay({ reserving, rejecting, waiting }: ServicesState): JSX.Element {
  return (
    <>
      {reserving === 0 ? null : (
        <Notice signal="quiet">Ids are being reserved. Look again in a minute.</Notice>
      )}
      {rejecting === 0 ? null : (
        <Notice signal="quiet">
          {rejecting === 1 ? 'One id is' : `${rejecting} ids are`} being rejected.
        </Notice>
      )}
      {waiting === 0 ? null : (
        <Notice signal="warning">
          {waiting === 1 ? 'One request was' : `${waiting} requests were`} not done:{' '}
          <a href="/outbox">decide in the outbox</a>.
        </Notice>
      )}
    </>
  );
}
