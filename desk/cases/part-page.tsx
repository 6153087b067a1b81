/** The page behind the link in the mail: what is asked, until when, and one form for each answer. No account. */
import type { JSX } from 'preact';
import {
  Area,
  Definitions,
  Field,
  Instant,
  instantWords,
  Links,
  Notice,
  Radios,
  spanWords,
} from '../ui/index.ts';
import { Tlp } from './case-bar.tsx';
import { Words } from './case-thread.tsx';
import type { Inside, PartModel } from './part.ts';
import { signedWords } from './signed-words.ts';

export function partPage(model: PartModel, { now }: { readonly now: string }): JSX.Element {
  const { cve, distribution, embargoEnd, inside } = model;
  return (
    <>
      <h1>{[cve, distribution].filter((part) => part !== null).join(', ') || `Case ${model.reference}`}</h1>
      <Definitions
        items={[
          ['Reference', <code key="r">{model.reference}</code>],
          ['Embargo', embargoEnd === null ? 'none' : <Until key="e" end={embargoEnd} now={now} />],
          ...(inside === null ? [] : [['Label', <Tlp key="t" label={inside.tlp} />] as const]),
        ]}
      />
      {inside === null ? <Ask {...model} /> : <Case {...inside} end={embargoEnd} />}
    </>
  );
}

function Until({ end, now }: { readonly end: string; readonly now: string }): JSX.Element {
  const left = Date.parse(end) - Date.parse(now);
  return (
    <>
      until <Instant at={end} />
      <span class="own-zone" data-own-zone={end} />
      <span class="countdown" data-until={end}>
        {left > 0 ? `${spanWords(left)} left` : 'over'}
      </span>
    </>
  );
}

function Ask({ agreement, signed, embargoEnd, declined }: PartModel): JSX.Element {
  return (
    <>
      <p class="lead">
        The security group of CPAN asks you to take part in this case. What it is about is shown once you have
        agreed to keep it to yourself.
      </p>
      {signed === null ? null : (
        <p>
          You {signedWords(signed)}.
          {agreement === null ? ' It holds for this case.' : ' Another version is asked now.'}
        </p>
      )}
      {agreement === null ? null : (
        <section aria-labelledby="agreement">
          <h2 id="agreement">Agreement before you are told, version {agreement.version}</h2>
          {agreement.text.split('\n\n').map((clause) => (
            <p key={clause}>{clause}</p>
          ))}
        </section>
      )}
      {declined ? <p>You have declined. If you think otherwise now, accept it.</p> : null}
      <Accept button={agreement === null ? 'I accept' : 'I sign and accept'} end={embargoEnd} />
      {declined ? null : (
        <form method="post" action="/my-part/decline">
          <button type="submit" class="second">
            I decline
          </button>
        </form>
      )}
    </>
  );
}

function Accept({ button, end }: { readonly button: string; readonly end: string | null }): JSX.Element {
  return (
    <form method="post" action="/my-part/accept">
      <p>
        I keep what I see to myself {end === null ? 'until it is published' : `until ${instantWords(end)}`},
        and tell the group at once if it becomes public or is exploited.
      </p>
      <button type="submit">{button}</button>
    </form>
  );
}

function Case(inside: Inside & { readonly end: string | null }): JSX.Element {
  const { title, summary, asked, early, fix, lapsed, end } = inside;
  return (
    <>
      <h2>{title}</h2>
      {asked.length === 0 ? null : (
        <Notice signal="warning">
          <ul>
            {asked.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </Notice>
      )}
      {lapsed ? (
        <section aria-labelledby="anew">
          <h2 id="anew">The end has moved</h2>
          <Accept button="I accept it anew" end={end} />
        </section>
      ) : null}
      <Words text={summary} />
      {early ? (
        <p>
          <a class="button" href="/my-part/statement">
            Say how your packages stand
          </a>
        </p>
      ) : null}
      {fix === null ? null : <Answers fix={fix} />}
      <Ends {...inside} />
      <Thread {...inside} />
    </>
  );
}

function Answers({ fix }: { readonly fix: string }): JSX.Element {
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">What do you make of it?</h2>
      <form method="post" action="/my-part/answer">
        <Radios
          name="answer"
          legend="Is your code affected?"
          chosen="affected"
          options={[
            { value: 'affected', label: 'Yes' },
            { value: 'not-affected', label: 'No' },
            { value: 'need-help', label: 'I need help to tell, or to fix it' },
          ]}
        />
        <Field
          name="version"
          label="Fixed in version"
          hint="As far as you can say."
          required={false}
          maxLength={60}
        />
        <button type="submit">Answer</button>
      </form>
      {fix === 'Vfd' ? (
        <form method="post" action="/my-part/fix">
          <Field name="version" id="fix-version" label="A fix is ready, in version" maxLength={60} />
          <button type="submit">It is ready</button>
        </form>
      ) : null}
    </section>
  );
}

function Ends({ proposals }: Inside): JSX.Element {
  return (
    <section aria-labelledby="ends">
      <h2 id="ends">More time</h2>
      {proposals.map(({ end, own, why }) => (
        <p key={end}>
          {own ? 'You asked for' : 'Proposed:'} <Instant at={end} />. {why}
        </p>
      ))}
      <form method="post" action="/my-part/extend">
        <Field name="end" label="Until, UTC" hint="2026-12-09T12:00:00Z" maxLength={30} />
        <Field name="why" label="Why" maxLength={2000} />
        <button type="submit">Ask for it</button>
      </form>
    </section>
  );
}

function Thread({ messages, files, over }: Inside): JSX.Element {
  return (
    <section aria-labelledby="thread">
      <h2 id="thread">Messages</h2>
      <ol class="thread">
        {messages.map(({ at, own, text }) => (
          <li key={at} class="said">
            <p class="quiet small">
              {own ? 'You' : 'The security group'}, <Instant at={at} />
            </p>
            <Words text={text} />
          </li>
        ))}
      </ol>
      <form method="post" action="/my-part/message">
        <Area name="text" label="Write to the group" maxLength={20_000} />
        <button type="submit">Send</button>
      </form>
      <h2>Files</h2>
      <ul>
        {files.map(({ id, name, size }) => (
          <li key={id}>
            <a href={`/my-part/files/${id}`}>{name}</a> <span class="quiet small">{size} bytes</span>
          </li>
        ))}
      </ul>
      <form method="post" action="/my-part/files" enctype="multipart/form-data">
        <div class="field">
          <label for="file">Send a patch</label>
          <input id="file" name="file" type="file" required />
        </div>
        <button type="submit">Upload</button>
      </form>
      <Links
        row
        items={[
          { href: '/my-part/credit', label: 'How you are credited' },
          ...(over ? [{ href: '/my-part/dispute', label: 'Object to what was published' }] : []),
        ]}
      />
      <p>
        <a href="/my-part/key">Have letters to you encrypted</a>
      </p>
    </section>
  );
}
