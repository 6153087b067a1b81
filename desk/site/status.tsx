import { encodeUtf8 } from 'cpansec/base';
import { escapeXml } from 'cpansec/formats';
import type { JSX } from 'preact';
import { Bars, Definitions, Pager, Records, Tag } from '../ui/index.ts';
import type { Decision, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { folders, href } from './paths.ts';
import { counted } from './words.ts';

/** Bytes of the rows of a page, by estimate. */
const PER_PAGE = 45_000;
/** Bytes that stand around the texts of a row, and of a difference. */
const ROW = 350;
const DIFFERENCE = 40;
/** Differences of one decision that are shown, and characters of each side. */
const DIFFERENCES = 12;
const MAX_SIDE = 160;

/**
 * `/status/`: what was decided for each imported record and why: those refused first, then those on which sources
 * differ, then the others; `2/` … below it.
 */
export function statusPages(site: Site, decisions: readonly Decision[]): Page[] {
  const rank = ({ decision, differences }: Decision): number =>
    decision === 'refused' ? 0 : differences.length > 0 ? 1 : 2;
  const sorted = decisions.toSorted((a, b) => rank(a) - rank(b));
  return parts(sorted, PER_PAGE, folders.status, weightOf).map(({ items, number, folder, folders: all }) =>
    page(
      site,
      {
        path: folder,
        title: `Status${number === 0 ? '' : `, page ${number + 1}`}`,
        description: 'What was decided for each imported record, and why.',
      },
      <>
        <h1>Status of the imports</h1>
        <p class="lead">
          {counted(decisions.length, 'row')} of other sources: what was decided for each, and why. None is
          left out.
        </p>
        {number === 0 ? <Summary decisions={decisions} /> : null}
        <h2>Row by row</h2>
        <p>Refused rows first, then those on which sources differ, then all others.</p>
        <Decisions site={site} decisions={items} />
        <Pager hrefs={all.map((one) => href(site, one))} current={number} />
      </>,
    ),
  );
}

function Summary({ decisions }: { readonly decisions: readonly Decision[] }): JSX.Element {
  const counts = new Map<string, number>();
  for (const { decision } of decisions) counts.set(decision, (counts.get(decision) ?? 0) + 1);
  return (
    <Bars
      caption="Rows by decision"
      name="Decision"
      unit="Rows"
      bars={[...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([label, count]) => ({ label, count }))}
    />
  );
}

function Decisions({
  site,
  decisions,
}: {
  readonly site: Site;
  readonly decisions: readonly Decision[];
}): JSX.Element {
  return (
    <Records
      items={decisions.map((one) => ({
        key: `${one.source} ${one.row}`,
        title: <Title site={site} one={one} />,
        facts: [
          <Tag signal={one.decision === 'refused' ? 'warning' : 'quiet'}>{one.decision}</Tag>,
          `${one.source}, by ${one.by}`,
          <time dateTime={one.on}>{one.on.slice(0, 10)}</time>,
          ...(one.differences.length === 0 ? [] : [<Differences one={one} />]),
        ],
      }))}
    />
  );
}

function Title({ site, one }: { readonly site: Site; readonly one: Decision }): JSX.Element {
  const { row, record, reason } = one;
  return (
    <>
      {record === null ? (
        <span class="v">{row}</span>
      ) : (
        <a href={href(site, folders.advisory(record))}>{row}</a>
      )}
      {reason === '' ? '' : `: ${reason}`}
    </>
  );
}

function Differences({ one }: { readonly one: Decision }): JSX.Element {
  const { differences } = one;
  return (
    <details>
      <summary>{counted(differences.length, 'difference')}</summary>
      <Definitions
        items={differences
          .slice(0, DIFFERENCES)
          .map(({ path, ours, theirs }) => [
            path,
            `here ${short(ours)}; ${one.source} says ${short(theirs)}`,
          ])}
      />
      {differences.length > DIFFERENCES ? <p>{differences.length - DIFFERENCES} more.</p> : null}
    </details>
  );
}

/** As much as the row is on its page. */
function weightOf({ row, record, reason, differences }: Decision): number {
  const size = (text: string): number => encodeUtf8(escapeXml(text)).length;
  const shown = differences.slice(0, DIFFERENCES);
  return shown.reduce(
    (sum, { path, ours, theirs }) => sum + DIFFERENCE + size(path) + size(short(ours)) + size(short(theirs)),
    ROW + size(row) + size(record ?? '') + size(reason),
  );
}

function short(text: string): string {
  if (text === '') return 'nothing';
  return text.length > MAX_SIDE ? `${text.slice(0, MAX_SIDE)}…` : text;
}
