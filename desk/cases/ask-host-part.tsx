/** Whether the host of the repository may be asked, what it learns by that, and what it said. */
import type { JSX } from 'preact';
import { Field, Instant } from '../ui/index.ts';
import type { Asking } from './ask-host.ts';
import { Act, Fold } from './case-act.tsx';

interface Props extends Asking {
  readonly id: string;
  /** Whether contacts are looked for in the case. */
  readonly open: boolean;
}

export function AskHost({ id, open, last, ...asking }: Props): JSX.Element {
  return (
    <>
      {last === null ? null : <Said {...last} />}
      {open ? <Ask id={id} {...asking} /> : null}
    </>
  );
}

function Ask({ id, may, why, repository, waits }: Omit<Props, 'open' | 'last'>): JSX.Element {
  if (waits) return <p>The host of the repository is being asked. Look again in a minute.</p>;
  return (
    <Fold name="Ask the host of the repository">
      <p>
        It is asked for its SECURITY.md, and GitHub whether it takes private reports. The host learns the
        address of this desk, the repository and the time; the question does not say who asks, or why. {why}
      </p>
      {may ? (
        <Act id={id} act="contacts/ask" label="Ask it" second>
          <Field
            name="repository"
            label="Address of the repository"
            hint="At GitHub, GitLab, Codeberg, Bitbucket or sourcehut."
            value={repository}
            maxLength={500}
          />
        </Act>
      ) : (
        <p>Where you may look yourself, paste what you found above.</p>
      )}
    </Fold>
  );
}

const ABOUT: Readonly<Record<string, string>> = {
  'security-policy': 'Security policy',
  'private-report': 'Private reports',
};

const ANSWERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'security-policy': { yes: 'there', no: 'not there' },
  'private-report': { yes: 'switched on', no: 'switched off' },
};

function Said({ at, repository, answers }: NonNullable<Asking['last']>): JSX.Element {
  return (
    <details open={answers.some(({ answer }) => answer === 'unknown')}>
      <summary>
        What the host of <code>{repository}</code> said, <Instant at={at} />
      </summary>
      <ul>
        {answers.map(({ about, address, answer, why }) => (
          <li key={address}>
            {ABOUT[about] ?? about}: {ANSWERS[about]?.[answer] ?? `not known (${WHY[why] ?? why})`}{' '}
            <code class="small">{address}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}

const WHY: Readonly<Record<string, string>> = {
  'fetch-refused': 'it leads to an address that the desk does not go to',
  'fetch-failed': 'no connection',
  'fetch-timeout': 'no answer in time',
  'fetch-too-large': 'the answer is too large',
  'content-type': 'it is a page or something else, and no text',
  content: 'it cannot be read',
};
