/** A case on one page: what it is and who sees it, what waits, what was said, and every act as a real button. */
import type { JSX } from 'preact';
import { seerOf } from '../access/index.ts';
import { Links, Notice } from '../ui/index.ts';
import type { Shown } from '../web/index.ts';
import { Afterwards } from './case-after.tsx';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel as Model } from './case-model.ts';
import { Access, Alike, Details, Embargo, EndLink, Files, People, Tasks } from './case-side.tsx';
import { Thread } from './case-thread.tsx';
import { Waits } from './case-waits.tsx';
import { Contacts } from './contacts-part.tsx';
import { Products } from './products-page.tsx';
import { RadiusLink } from './radius.tsx';
import { SplitOff } from './split-part.tsx';

export function casePage(model: Model, { now, principal }: Pick<Shown, 'now' | 'principal'>): JSX.Element {
  const coordinates = seerOf(principal) === 'coordinator';
  return (
    <>
      <CaseBar {...model} now={now} />
      <h1>{titleOf(model)}</h1>
      {model.mergedInto === null ? null : (
        <Notice signal="quiet">
          <p>
            It goes on <a href={`/cases/${model.mergedInto}`}>in another case</a>.
          </p>
        </Notice>
      )}
      {model.kind === 'incident' ? <IncidentNotice {...model} /> : null}
      <OnPage {...model} />
      <div class="beside wide">
        <div>
          <Waits {...model} />
          <Thread {...model} />
        </div>
        <div>
          <Details {...model} />
          <RadiusLink {...model} />
          <Products {...model} />
          <Embargo {...model} />
          <People {...model} />
          {coordinates ? <EndLink {...model} /> : null}
          {model.kind === 'incident' ? null : <Contacts {...model} />}
          <Tasks {...model} />
          <Files {...model} />
          <Afterwards {...model} />
          <Alike {...model} />
          <SplitOff {...model} />
          <Access {...model} />
          {coordinates ? (
            <p>
              <a href={`/cases/${model.id}/team`}>
                Ask members in, keep it to some, take it away or destroy it
              </a>
            </p>
          ) : null}
        </div>
      </div>
    </>
  );
}

function IncidentNotice({ id }: Model): JSX.Element {
  return (
    <Notice signal="danger">
      <p>
        <strong>This is an incident.</strong>{' '}
        <a href={`/cases/${id}/incident`}>
          What is affected, indicators, evidence, and who was asked to contain it
        </a>
      </p>
      <p>
        Whoever did it may read the mail of the account: nobody is told by it, and no end is agreed with them.
      </p>
    </Notice>
  );
}

export function titleOf({ title }: Pick<Model, 'title'>): string {
  return title === '' ? 'Untitled' : title;
}

/** Where what is on a long page; on a wide screen all of it is in sight. */
function OnPage({ alike, kind }: Model): JSX.Element {
  const parts = [
    ['now', 'What waits'],
    ['said', 'Thread'],
    ['details', 'Details'],
    ['products', 'Products'],
    ['embargo', 'Embargo'],
    ['people', 'People'],
    ...(kind === 'incident' ? [] : [['contacts', 'Contacts']]),
    ['tasks', 'Tasks'],
    ['files', 'Files'],
    ...(alike.length === 0 ? [] : [['alike', 'Alike']]),
    ['access', 'Access'],
  ];
  return (
    <nav aria-label="On this page" class="on-page no-print">
      <Links row items={parts.map(([id = '', label = '']) => ({ href: `#${id}`, label }))} />
    </nav>
  );
}
