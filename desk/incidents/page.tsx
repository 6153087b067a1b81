/** An incident on one page: what is affected, what shows it, what happened, what proves it, who contains it. */
import type { JSX } from 'preact';
import { CaseBar, Fold } from '../cases/index.ts';
import { Definitions, Field, Links, Notice } from '../ui/index.ts';
import type { Shown } from '../web/index.ts';
import { KIND_WORDS } from './contain.ts';
import { Course } from './course-part.tsx';
import { EvidenceVault } from './evidence-part.tsx';
import type { IncidentPage } from './incident-model.ts';
import { IndicatorTable } from './indicators-part.tsx';
import { KindField } from './new-page.tsx';
import { Releases } from './releases-part.tsx';
import { Requests } from './requests-part.tsx';

const PARTS = [
  ['what', 'What it is'],
  ['contain', 'Containment'],
  ['releases', 'Releases'],
  ['indicators', 'Indicators'],
  ['course', 'What happened'],
  ['evidence', 'Evidence'],
] as const;

export function incidentPage(model: IncidentPage, { now }: Shown): JSX.Element {
  const { case: file, problems } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>{file.title === '' ? 'Untitled' : file.title}</h1>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <nav aria-label="On this page" class="on-page no-print">
        <Links row items={PARTS.map(([id, label]) => ({ href: `#${id}`, label }))} />
      </nav>
      <What {...model} />
      <Requests {...model} />
      <Releases {...model} />
      <IndicatorTable {...model} />
      <Course {...model} />
      <EvidenceVault {...model} />
    </>
  );
}

const DESCRIBED = ['kind', 'account', 'since', 'until', 'repository', 'recordId'];

function What({ case: file, incident, typed, problems }: IncidentPage): JSX.Element {
  const { kind, account, since, until, repository, recordId } = incident;
  const now: Readonly<Record<string, string | null>> = { account, since, until, repository, recordId };
  const of = (name: string) => ({ name, value: typed[name] ?? now[name] ?? '', problem: problems[name] });
  return (
    <section aria-labelledby="what">
      <h2 id="what">What it is</h2>
      <Definitions
        items={[
          ['What happened', KIND_WORDS[kind as keyof typeof KIND_WORDS]],
          ['Account', account ?? 'none known'],
          ['Days', since === null && until === null ? 'not known' : `${since ?? '?'} to ${until ?? 'now'}`],
          ['Repository', repository === null ? 'none named' : <span class="v">{repository}</span>],
          ['Becomes', recordId ?? 'no id chosen yet'],
        ]}
      />
      <ul class="row">
        <li>
          <a href={`/cases/${file.id}`}>The case: thread, tasks, people</a>
        </li>
        <li>
          <a href={`/cases/${file.id}/details`}>Title, text and references</a>
        </li>
        <li>
          <a href={`/cases/${file.id}/draft`}>The record so far</a>
        </li>
      </ul>
      <Fold name="Describe it" open={DESCRIBED.some((name) => problems[name] !== undefined)}>
        <form method="post" action={`/cases/${file.id}/incident`}>
          <KindField value={typed.kind ?? kind} />
          <Field {...of('account')} label="PAUSE id" required={false} maxLength={20} />
          <Field {...of('since')} label="First day" hint="2026-11-25" required={false} maxLength={10} />
          <Field {...of('until')} label="Last day" required={false} maxLength={10} />
          <Field {...of('repository')} label="Repository" required={false} maxLength={300} />
          <Field
            {...of('recordId')}
            label="Id of the record"
            hint="One that nothing has yet: CPANSA-Example-Dist-2026-0001"
            required={false}
            maxLength={160}
          />
          <button type="submit">Keep it</button>
        </form>
      </Fold>
    </section>
  );
}
