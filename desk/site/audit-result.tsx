/** What an audit found, as a part of a page: what is malicious, what could not be told, what is vulnerable. */
import {
  ACT_NOW,
  type AuditReport,
  type Finding,
  fixSentence,
  indexSentence,
  maliciousFindings,
  namesOf,
  type PathStep,
  ratingOf,
  subjectOf,
  unknownFindings,
  verdict,
  vulnerableFindings,
} from 'cpansec/audit';
import { formatPlace, printable } from 'cpansec/base';
import type { JSX } from 'preact';
import { type Definition, Definitions, Notice, type Signal, Tag } from '../ui/index.ts';
import { folders, hrefBelow } from './paths.ts';
import { counted, nameOf } from './words.ts';

export interface AuditResultProps {
  readonly report: AuditReport;
  /** The path part of the site's address. */
  readonly base: string;
}

export function AuditResult({ report, base }: AuditResultProps): JSX.Element {
  const found = vulnerableFindings(report);
  return (
    <>
      <h2 id="result" tabIndex={-1}>
        {verdict(report)}
      </h2>
      <p class="quiet">
        {report.subject}, judged by {indexSentence(report.index, report.at)}.
      </p>
      <Malicious report={report} base={base} />
      <Unknown report={report} base={base} />
      {found.length === 0 ? null : <h3>{counted(found.length, 'advisory', 'advisories')}</h3>}
      {found.map((finding, i) => (
        <OneFinding key={`${finding.advisory?.id} ${i}`} finding={finding} base={base} />
      ))}
      <Notes report={report} />
    </>
  );
}

function Malicious({ report, base }: AuditResultProps): JSX.Element | null {
  const found = maliciousFindings(report);
  if (found.length === 0) return null;
  return (
    <Notice signal="danger">
      <h3>Malicious</h3>
      <p>
        <strong>{ACT_NOW}</strong>
      </p>
      {found.map((finding, i) => (
        <OneFinding key={`${finding.advisory?.id} ${i}`} finding={finding} base={base} />
      ))}
    </Notice>
  );
}

/** What could not be told of one thing for one reason, by however many advisories. */
interface Doubt {
  readonly subject: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

function doubtsOf(report: AuditReport): Doubt[] {
  const doubts = new Map<string, Doubt>();
  for (const finding of unknownFindings(report)) {
    const [subject, text] = [subjectOf(finding), printable(finding.unknown?.text ?? '')];
    const key = `${subject}\n${text}`;
    doubts.set(key, { subject, text, findings: [...(doubts.get(key)?.findings ?? []), finding] });
  }
  return [...doubts.values()];
}

/** Doubts that are in sight at once, and advisories that one names. */
const SHOWN = 12;
const NAMED = 6;

function Unknown({ report, base }: AuditResultProps): JSX.Element | null {
  const doubts = doubtsOf(report);
  if (doubts.length === 0) return null;
  return (
    <Notice signal="warning">
      <p>
        <strong>Could not tell</strong>
      </p>
      <DoubtList doubts={doubts.slice(0, SHOWN)} base={base} />
      {doubts.length <= SHOWN ? null : (
        <details>
          <summary>{doubts.length - SHOWN} more</summary>
          <DoubtList doubts={doubts.slice(SHOWN)} base={base} />
        </details>
      )}
    </Notice>
  );
}

function DoubtList({
  doubts,
  base,
}: {
  readonly doubts: readonly Doubt[];
  readonly base: string;
}): JSX.Element {
  return (
    <ul>
      {doubts.map(({ subject, text, findings }) => (
        <li>
          <span class="v">{subject}</span>: {text}
          {askFor(findings)}
          <Named findings={findings} base={base} />
        </li>
      ))}
    </ul>
  );
}

/** What to ask for so that it could be told; empty where that is not known. */
function askFor([first]: readonly Finding[]): string {
  const version = first?.fix?.lowestSafe ?? null;
  return version === null ? '' : `; ask for ${printable(version)} or newer`;
}

function Named({
  findings,
  base,
}: {
  readonly findings: readonly Finding[];
  readonly base: string;
}): JSX.Element {
  const known = findings.flatMap(({ advisory }) => (advisory === null ? [] : [advisory]));
  const more = known.length - NAMED;
  return (
    <>
      {known
        .slice(0, NAMED)
        .map(({ id, aliases }, i) => [
          i === 0 ? ' (' : ', ',
          <a href={hrefBelow(base, folders.advisory(id))}>{printable(nameOf({ id, aliases }))}</a>,
        ])}
      {known.length === 0 ? '' : more > 0 ? ` and ${more} more)` : ')'}
    </>
  );
}

const SIGNALS: Readonly<Record<string, Signal>> = {
  malicious: 'danger',
  critical: 'danger',
  high: 'danger',
  medium: 'warning',
  low: 'quiet',
  unrated: 'warning',
};

function OneFinding({ finding, base }: { readonly finding: Finding; readonly base: string }): JSX.Element {
  const rating = ratingOf(finding);
  const { advisory } = finding;
  const items: Definition[] = [
    [finding.status === 'malicious' ? 'Do' : 'Fix', fixSentence(finding)],
    ...(finding.fix?.command == null ? [] : [['Do', <code>{finding.fix.command}</code>] as const]),
    ['Why', <Why finding={finding} />],
  ];
  const name = namesOf(finding).join(' · ');
  return (
    <article>
      <h4>
        <Tag signal={SIGNALS[rating] ?? 'warning'}>{rating}</Tag> <span class="v">{subjectOf(finding)}</span>
      </h4>
      <p>
        {advisory === null ? name : <a href={hrefBelow(base, folders.advisory(advisory.id))}>{name}</a>}{' '}
        {printable(advisory?.summary ?? '')}
      </p>
      <Definitions items={items} />
    </article>
  );
}

function Why({ finding: { paths, pathCount, places } }: { readonly finding: Finding }): JSX.Element {
  const [shortest] = paths;
  const [place] = places;
  if (shortest === undefined)
    return <>{place === undefined ? 'not known' : `seen in ${printable(formatPlace(place))}`}</>;
  return (
    <>
      <span class="v">{shortest.map(stepWords).join(' › ')}</span>
      {pathCount > 1 ? (
        <span class="quiet"> and {counted(pathCount - 1, 'other way', 'other ways')}</span>
      ) : null}
    </>
  );
}

function stepWords({ name, version }: PathStep): string {
  return printable(version === null ? name : `${name} ${version}`);
}

/** Notes that name an option of the command, in the words of a page. */
const NOTES: Readonly<Record<string, string>> = {
  'perl-unknown':
    'perl and what comes with it are not judged: the version of perl is not known. Tell it in the form above.',
};

function Notes({ report }: { readonly report: AuditReport }): JSX.Element | null {
  if (report.notes.length === 0) return null;
  return (
    <>
      <h3>Notes</h3>
      <ul>
        {report.notes.map(({ code, text, place }) => (
          <li>
            {place === undefined ? '' : `${printable(formatPlace(place))}: `}
            {printable(NOTES[code] ?? text)}
          </li>
        ))}
      </ul>
    </>
  );
}
