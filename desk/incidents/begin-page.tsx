import type { JSX } from 'preact';
import { CaseBar, type CaseModel } from '../cases/index.ts';
import type { Shown } from '../web/index.ts';
import { KindField } from './new-page.tsx';

/** A report is taken for an incident: what that changes, before it does. */
export function beginPage(file: CaseModel, { now }: Shown): JSX.Element {
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>Take it for an incident</h1>
      <p class="lead">
        Somebody did this by intent. The group acts at once: nobody votes, no maintainer is written to, no end
        is agreed, and no CVE id is needed. There is no way back.
      </p>
      <form method="post" action={`/cases/${file.id}/incident/begin`}>
        <KindField value="malicious-release" />
        <button type="submit">Take it for an incident</button>
      </form>
    </>
  );
}
