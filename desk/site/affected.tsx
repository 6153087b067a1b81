/** Who is affected, for each distribution of an advisory, within what a page may weigh. */
import type { JSX } from 'preact';
import { runsOf, VersionLine } from '../ui/index.ts';
import type { AffectedDistribution, JudgedRelease, Site } from './model.ts';
import { folders, href } from './paths.ts';
import { counted, intervalsWords, listed } from './words.ts';

/** Characters of a page for lines of versions, for lists of releases, and distributions that have a paragraph. */
const LINES_BUDGET = 14_000;
const LISTS_BUDGET = 14_000;
const DISTRIBUTIONS = 50;

/** What there is room for: the line, and the affected releases as links, in words, or as a number only. */
interface Room {
  readonly line: boolean;
  readonly releases: 'links' | { readonly words: string } | null;
}

/** Characters of a link to a release. */
const LINK = 110;

export function Affected({
  site,
  affected,
  malicious,
}: {
  readonly site: Site;
  readonly affected: readonly AffectedDistribution[];
  readonly malicious: boolean;
}): JSX.Element {
  const rooms = roomsFor(affected);
  const more = affected.length - DISTRIBUTIONS;
  return (
    <section>
      <h2>Affected</h2>
      {affected.slice(0, DISTRIBUTIONS).map((one, i) => (
        <OneDistribution key={one.distribution} site={site} one={one} room={rooms[i]} malicious={malicious} />
      ))}
      {more > 0 ? (
        <p>{counted(more, 'more distribution is', 'more distributions are')} in the machine formats below.</p>
      ) : null}
    </section>
  );
}

/** The first distributions get the room; a list that does not fit is said as runs, else as their number. */
function roomsFor(affected: readonly AffectedDistribution[]): Room[] {
  let lines = LINES_BUDGET;
  let lists = LISTS_BUDGET;
  return affected.map(({ releases }) => {
    const lineCost = 600 + 16 * releases.length + 190 * runsOf(releases).length;
    const line = releases.length > 0 && lineCost <= lines;
    if (line) lines -= lineCost;
    const links = LINK * releases.filter((one) => one.affected === true).length;
    if (links <= lists / 2) {
      lists -= links;
      return { line, releases: 'links' };
    }
    const words = [listWords(releases), runWords(releases)].find(({ length }) => length <= lists);
    lists -= words?.length ?? 0;
    return { line, releases: words === undefined ? null : { words } };
  });
}

function OneDistribution({
  site,
  one,
  room = { line: false, releases: null },
  malicious,
}: {
  readonly site: Site;
  readonly one: AffectedDistribution;
  readonly room: Room | undefined;
  readonly malicious: boolean;
}): JSX.Element {
  const { distribution, library, releases, fixedIn, intervals } = one;
  return (
    <>
      <h3>
        <a href={href(site, folders.distribution(distribution))}>{distribution}</a>
      </h3>
      <p>
        {capital(intervalsWords(intervals))}
        {malicious ? '' : `; ${fixedWords(fixedIn)}`}
        {library === null ? '' : `; the flaw is in ${library}, which it carries`}.
      </p>
      {room.line ? (
        <div
          data-line={distribution}
          data-fixed={fixedIn.join(' ')}
          data-releases={releases.map(({ version }) => version).join(' ')}
        >
          <VersionLine name={distribution} releases={releases} fixedIn={fixedIn} />
        </div>
      ) : null}
      <AffectedReleases distribution={distribution} releases={releases} shown={room.releases} />
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function fixedWords(fixedIn: readonly string[]): string {
  return fixedIn.length === 0 ? 'no release fixes it' : `fixed in ${listed(fixedIn)}`;
}

function AffectedReleases({
  distribution,
  releases,
  shown,
}: {
  readonly distribution: string;
  readonly releases: readonly JudgedRelease[];
  readonly shown: Room['releases'];
}): JSX.Element {
  const affected = releases.filter((release) => release.affected === true);
  if (releases.length === 0) return <p class="quiet">No release of it is known here.</p>;
  if (affected.length === 0) return <p class="quiet">No release that is known here is affected.</p>;
  const count = counted(affected.length, 'affected release');
  if (shown === null) return <p>{count}, listed in the machine formats below.</p>;
  return (
    <details>
      <summary>{count}</summary>
      {shown === 'links' ? (
        <ul class="releases v">
          {affected.map((release) => (
            <li key={release.version}>
              <ReleaseLink distribution={distribution} release={release} />
            </li>
          ))}
        </ul>
      ) : (
        <p class="v">{shown.words}</p>
      )}
    </details>
  );
}

/** To MetaCPAN, which knows a release by its author. */
function ReleaseLink({
  distribution,
  release: { version, author },
}: {
  readonly distribution: string;
  readonly release: JudgedRelease;
}): JSX.Element {
  if (author === null) return <>{version}</>;
  const name = encodeURIComponent(`${distribution}-${version}`);
  return <a href={`https://metacpan.org/release/${encodeURIComponent(author)}/${name}`}>{version}</a>;
}

/** `1.0, 1.1, 1.2`. */
function listWords(releases: readonly JudgedRelease[]): string {
  return releases
    .filter(({ affected }) => affected === true)
    .map(({ version }) => version)
    .join(', ');
}

/** `1.0 to 1.2 (3), 1.6`. */
function runWords(releases: readonly JudgedRelease[]): string {
  return runsOf(releases)
    .filter(({ affected }) => affected === true)
    .map(({ first, last }) => {
      const [from, to] = [releases[first]?.version, releases[last]?.version];
      return first === last ? from : `${from} to ${to} (${last - first + 1})`;
    })
    .join(', ');
}
