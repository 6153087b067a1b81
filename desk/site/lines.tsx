/** Advisories and distributions as lists. */
import type { ComponentChildren, JSX } from 'preact';
import { Links, Records, Tag } from '../ui/index.ts';
import type { AdvisoryLine, DistributionLine, Site } from './model.ts';
import { folders, href } from './paths.ts';
import { listed, nameOf, ratingSignal, ratingWord } from './words.ts';

export function AdvisoryLines({
  site,
  lines,
}: {
  readonly site: Site;
  readonly lines: readonly AdvisoryLine[];
}): JSX.Element {
  return (
    <Records
      items={lines.map((line) => ({ key: line.id, title: titleOf(site, line), facts: factsOf(line) }))}
    />
  );
}

function titleOf(site: Site, { id, summary, withdrawn }: AdvisoryLine): JSX.Element {
  return (
    <a href={href(site, folders.advisory(id))} class={withdrawn === null ? undefined : 'struck'}>
      {summary}
    </a>
  );
}

/** Facts of a line, the state first. */
function factsOf(line: AdvisoryLine): ComponentChildren[] {
  return [
    ...(line.malicious === true
      ? []
      : [<Tag signal={ratingSignal(line.rating)}>{ratingWord(line.rating)}</Tag>]),
    <StateTag line={line} />,
    nameOf(line),
    listed(line.distributions, 3),
    ...(line.reported === null ? [] : [<time dateTime={line.reported}>{line.reported}</time>]),
  ];
}

/** Whether it is over: withdrawn, fixed, patched only, neither; of malicious releases that they are. */
export function StateTag({ line }: { readonly line: AdvisoryLine }): JSX.Element {
  if (line.withdrawn !== null) return <Tag signal="quiet">{line.withdrawn}</Tag>;
  if (line.malicious === true) return <Tag signal="danger">malicious</Tag>;
  if (line.fixed === true) return <Tag signal="good">fixed</Tag>;
  return <Tag signal="warning">{line.hasPatch ? 'patch only' : 'no fixed release'}</Tag>;
}

export function DistributionLinks({
  site,
  lines,
}: {
  readonly site: Site;
  readonly lines: readonly DistributionLine[];
}): JSX.Element {
  return (
    <Links
      items={lines.map(({ distribution, advisories }) => ({
        href: href(site, folders.distribution(distribution)),
        label: distribution,
        ...(advisories === 0 ? {} : { note: `${advisories}` }),
      }))}
    />
  );
}
