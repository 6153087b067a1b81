import type { JSX } from 'preact';
import { CodeBlock, Markdown, type Signal, Tag } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';
import { titleOf } from './case-page.tsx';
import type { Draft } from './draft.ts';

const SIGNALS: Readonly<Record<string, Signal>> = { error: 'danger', warning: 'warning', note: 'quiet' };

/** What the case says on the left, what would be published on the right, what is wrong with it above. */
export function draftPage(
  model: Draft & { readonly case: CaseModel },
  { now }: { readonly now: string },
): JSX.Element {
  const { record, findings, case: file } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>The advisory as it is now</h1>
      <p class="lead">
        {findings.length === 0 ? 'The lint finds nothing.' : `The lint finds ${findings.length}.`}
      </p>
      <ul>
        {findings.map(({ rule, level, path, problem }) => (
          <li key={`${rule} ${path}`}>
            <Tag signal={SIGNALS[level] ?? 'quiet'}>{level}</Tag> {problem}{' '}
            <span class="quiet small">
              {path} {rule}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <a class="button second" href={`/cases/${file.id}/details`}>
          Edit the details
        </a>
      </p>
      <div class="beside even wide">
        <section aria-labelledby="read">
          <h2 id="read">To be read</h2>
          <h3>{titleOf(file)}</h3>
          <Markdown text={file.summary} typed />
        </section>
        <section aria-labelledby="record">
          <h2 id="record">The record</h2>
          <CodeBlock text={record} label="The record as JSON" />
        </section>
      </div>
    </>
  );
}
