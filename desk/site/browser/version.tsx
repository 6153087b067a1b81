/** "Is my version affected?": asks on the page of an advisory, and flags the version on its line. */
import type { RangedEntry } from 'cpansec/advisories';
import { render } from 'preact';
import { VersionLine } from '../../ui/index.ts';
import { judgeVersion, placeVersion } from '../judge-version.ts';
import { VersionQuestion } from '../version-question.tsx';

interface Entry extends RangedEntry {
  readonly distribution: string;
}

const root = document.getElementById('version-question');
if (root !== null) {
  // Our own page wrote it.
  start(root, JSON.parse(root.dataset.entries ?? '[]') as Entry[]);
  root.hidden = false;
}

function start(root: HTMLElement, entries: readonly Entry[]): void {
  const distributions = [...new Set(entries.map(({ distribution }) => distribution))];
  const ask = (distribution: string, version: string): void => {
    const own = entries.filter((entry) => entry.distribution === distribution);
    const line = lineOf(distribution);
    const fixedIn = words(line?.dataset.fixed);
    render(
      <VersionQuestion
        distributions={distributions}
        distribution={distribution}
        entries={own}
        fixedIn={fixedIn}
        version={version}
        onDistribution={(chosen) => ask(chosen, version)}
        onVersion={(typed) => ask(distribution, typed)}
      />,
      root,
    );
    if (line !== undefined) draw(line, own, fixedIn, version.trim());
  };
  ask(distributions[0] ?? '', '');
}

function lineOf(distribution: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>('[data-line]')].find(
    ({ dataset }) => dataset.line === distribution,
  );
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(' ').filter((word) => word !== '');
}

function draw(
  line: HTMLElement,
  entries: readonly Entry[],
  fixedIn: readonly string[],
  version: string,
): void {
  const verdict = judgeVersion(entries, version);
  const known = verdict !== null && verdict !== 'unreadable';
  if (!known && line.dataset.drawn === undefined) return;
  if (line.dataset.drawn === undefined) line.replaceChildren();
  line.dataset.drawn = '';
  const versions = words(line.dataset.releases);
  const { releases, at } = placeVersion(entries, versions, known ? version : '0');
  const reader = known ? { reader: { version, at } } : {};
  render(
    <VersionLine name={line.dataset.line ?? ''} releases={releases} fixedIn={fixedIn} {...reader} />,
    line,
  );
}
