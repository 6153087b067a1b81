/** Releases of a distribution: on one line, and as a table. */
import type { ComponentChildren, JSX } from 'preact';
import { Table, VersionLine } from '../ui/index.ts';
import type { DistributionPage, Site } from './model.ts';
import { folders, href } from './paths.ts';
import type { VersionRow } from './version-rows.ts';
import { nameOf } from './words.ts';

/** All releases on one line: affected by any advisory, by none, or not to be told. */
export function Line({
  model: { distribution, releases, lowestSafe },
}: {
  readonly model: DistributionPage;
}): JSX.Element {
  const line = releases.toReversed().map(({ version, open, unknown }) => ({
    version,
    affected: open.length > 0 ? true : unknown ? null : false,
  }));
  return (
    <VersionLine
      name={distribution}
      releases={line}
      fixedIn={lowestSafe === null ? [] : [lowestSafe]}
      mark="lowest safe version"
      table={false}
    />
  );
}

export function Versions({
  site,
  model,
  rows,
}: {
  readonly site: Site;
  readonly model: DistributionPage;
  readonly rows: readonly VersionRow[];
}): JSX.Element {
  const names = new Map(model.advisories.map((line) => [line.id, nameOf(line)]));
  const link = (id: string): JSX.Element => (
    <a href={href(site, folders.advisory(id))}>{names.get(id) ?? id}</a>
  );
  // Some sources say nowhere when anything was released.
  const dated = model.releases.some(({ date }) => date !== null);
  return (
    <Table
      caption="Newest first; neighbours that nothing tells apart share a row"
      columns={[
        { label: 'Version', kind: 'fixed' },
        ...(dated ? [{ label: 'Released', kind: 'fixed' } as const] : []),
        { label: 'Known against it', kind: 'number' },
        { label: 'What changes', kind: 'long' },
      ]}
      rows={rows.map((row) => [
        <span class="v">{row.first === row.last ? row.first : `${row.last} – ${row.first}`}</span>,
        ...(dated ? [row.date ?? ''] : []),
        againstWords(row),
        changes(row, link),
      ])}
    />
  );
}

function againstWords({ open, unknown }: VersionRow): string {
  if (unknown) return open === 0 ? 'could not tell' : `${open} or more`;
  return open === 0 ? 'nothing' : `${open}`;
}

function changes({ ends, begins }: VersionRow, link: (id: string) => JSX.Element): ComponentChildren {
  const list = (word: string, ids: readonly string[]): ComponentChildren =>
    ids.length === 0 ? null : (
      <>
        {word} {ids.map((id, i) => [i === 0 ? '' : ', ', link(id)])}
      </>
    );
  const both = ends.length > 0 && begins.length > 0;
  return [list('fixes', ends), both ? '; ' : null, list('first affected by', begins)];
}
