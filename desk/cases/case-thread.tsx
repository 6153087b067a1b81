/** What was said and done on a case, and the place to answer. */
import type { JSX } from 'preact';
import { Area, Instant, Markdown, SelectField } from '../ui/index.ts';
import { Act } from './case-act.tsx';
import type { CaseModel as Model } from './case-model.ts';

type Entry = Model['timeline'][number];

/** Entries that are somebody's words; all others are acts, a line each. */
const SAID = new Set(['report', 'message', 'mail-in', 'mail-out']);
/** Characters of what is shown at once. */
const LONG = 6000;

export function Thread({ id, timeline, audiences, phase }: Model): JSX.Element {
  const labels = new Map(audiences.map(({ name, label }) => [name, label]));
  return (
    <section aria-labelledby="said">
      <h2 id="said">What was said and done</h2>
      <ol class="thread">
        {timeline.map((entry) =>
          SAID.has(entry.kind) ? (
            <Said key={entry.number} {...entry} to={labels.get(entry.audience) ?? entry.audience} />
          ) : (
            <Done key={entry.number} {...entry} />
          ),
        )}
      </ol>
      {phase === 'closed' ? null : (
        <Act id={id} act="messages" label="Say it">
          <SelectField
            name="audience"
            label="To"
            options={audiences.map(({ name, label }) => ({ value: name, label }))}
          />
          <Area
            name="text"
            id="message"
            label="Message"
            hint="Markdown, without pictures."
            maxLength={20_000}
          />
        </Act>
      )}
    </section>
  );
}

function Said({ number, at, who, kind, text, to }: Entry & { readonly to: string }): JSX.Element {
  return (
    <li id={`entry-${number}`} class="said">
      <p class="quiet small">
        <strong>{who}</strong> {KIND_WORDS[kind] ?? kind}
        {kind === 'report' ? '' : ` to ${to.charAt(0).toLowerCase()}${to.slice(1)}`}, <Instant at={at} />
      </p>
      <Words text={text} />
    </li>
  );
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  report: 'reported',
  message: 'wrote',
  'mail-in': 'wrote by mail',
  'mail-out': 'wrote a mail',
};

/** What somebody wrote; of a long text the beginning. */
export function Words({ text }: { readonly text: string }): JSX.Element {
  if (text.length <= LONG) return <Markdown text={text} typed />;
  const line = text.trim().split('\n', 1)[0] ?? '';
  return (
    <details>
      <summary>
        {line.replace(/^#+ /, '').slice(0, 80)}, {text.length.toLocaleString('en')} characters
      </summary>
      <Markdown text={text} typed />
    </details>
  );
}

function Done({ number, at, who, kind, text }: Entry): JSX.Element {
  const [first = '', ...rest] = text.split('\n');
  return (
    <li id={`entry-${number}`} class="did">
      <strong>{who}</strong> {ACT_WORDS[kind] ?? ''} {first}{' '}
      <span class="quiet small">
        <Instant at={at} />
      </span>
      {rest.length === 0 ? null : <p class="typed small">{rest.join('\n')}</p>}
    </li>
  );
}

const ACT_WORDS: Readonly<Record<string, string>> = {
  attempt: 'tried to reach the maintainers:',
  task: 'added a task:',
  'task-done': 'finished a task:',
  vote: 'voted:',
};
