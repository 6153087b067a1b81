/** What a distribution's page says first. */
import type { JSX } from 'preact';
import { Notice } from '../ui/index.ts';
import type { DistributionPage, Site } from './model.ts';
import { folders, href } from './paths.ts';
import { counted, nameOf } from './words.ts';

/** Whether an advisory of malicious releases affects it. */
export function isMalicious(
  { open }: DistributionPage['releases'][number],
  advisories: DistributionPage['advisories'],
): boolean {
  return advisories.some(({ id, malicious }) => malicious === true && open.includes(id));
}

/** The page's question in one sentence. */
export function verdict({
  distribution,
  advisories,
  lowestSafe,
  covered,
  releases,
}: DistributionPage): string {
  if (advisories.length === 0)
    return covered
      ? `No advisory is known for ${distribution}.`
      : `No advisory for ${distribution} is here, and nobody has said that all of them are: it may have some.`;
  const newest = releases[0];
  if (lowestSafe !== null)
    return newest?.version === lowestSafe
      ? `Use ${lowestSafe}, the newest: no advisory is known for it.`
      : `Use ${lowestSafe} or newer: no advisory is known for it, nor for any release above it.`;
  if (newest === undefined) return `Which releases of ${distribution} there are is not known here.`;
  if (isMalicious(newest, advisories))
    return `The newest release, ${newest.version}, is malicious: do not install it, and remove it where it is.`;
  const open = newest.open.length;
  const why =
    open > 0
      ? `${counted(open, 'advisory affects', 'advisories affect')} it`
      : 'not every advisory can be judged';
  return `No release of ${distribution} is known to be safe. The newest is ${newest.version}; ${why}.`;
}

/** Open advisories of the newest release that are named at once; all are in the table. */
const NAMED = 8;

export function Verdict({
  site,
  model,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
}): JSX.Element {
  const { advisories, lowestSafe, covered } = model;
  const [newest] = model.releases;
  if (advisories.length > 0 && lowestSafe === null)
    return (
      <Notice signal={newest !== undefined && isMalicious(newest, advisories) ? 'danger' : 'warning'}>
        <p>{verdict(model)}</p>
        <OpenOfNewest site={site} model={model} />
      </Notice>
    );
  return (
    <>
      <p class="lead">{verdict(model)}</p>
      {covered || advisories.length === 0 ? null : (
        <p class="quiet">
          The index does not cover this distribution wholly: there may be more than is listed here.
        </p>
      )}
    </>
  );
}

function OpenOfNewest({
  site,
  model,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
}): JSX.Element | null {
  const open = model.releases[0]?.open ?? [];
  const lines = model.advisories.filter(({ id }) => open.includes(id));
  if (lines.length === 0 || lines.length > NAMED) return null;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line.id}>
          <a href={href(site, folders.advisory(line.id))}>{nameOf(line)}</a>
        </li>
      ))}
    </ul>
  );
}
