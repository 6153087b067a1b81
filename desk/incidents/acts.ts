/** What members note of an incident: what is affected, what shows it, what happened, and what proves it. */
import { defanged, fanged, fitsType, type Indicator, MAX_INDICATORS } from 'cpansec/advisories';
import {
  addFile,
  type Evidence,
  type FileFacts,
  type IncidentIndicator,
  type IncidentRelease,
  instantOf,
  readCaseFile,
} from '../casefile/index.ts';
import { type By, caseActor, told } from '../cases/index.ts';
import { newId } from '../store/index.ts';
import { notFound } from '../web/index.ts';
import { changeIncident, type Facts, incidentOf, roomIn, wrong } from './incident-of.ts';
import { isInstantText } from './typed.ts';

const MAX_RELEASES = 500;
const MAX_COURSE = 300;
const MAX_EVIDENCE = 100;
const MAX_CUSTODY = 200;

export async function describe(by: By, facts: Facts): Promise<void> {
  const now = await changeIncident(by, await incidentOf(by), facts);
  const { kind, account } = facts;
  await told(by, now, 'described the incident', { kind, account });
}

type Named = Pick<IncidentRelease, 'distribution' | 'version'>;

export function releaseName({ distribution, version }: Named): string {
  return version === null ? `${distribution}, every version` : `${distribution} ${version}`;
}

/** Those that are there already stay as they are. */
export async function addReleases(by: By, found: readonly Omit<IncidentRelease, 'verdict'>[]): Promise<void> {
  const kept = await incidentOf(by);
  const { releases } = kept.incident;
  const known = new Set(releases.map(releaseName));
  const fresh = found.filter((one) => !known.has(releaseName(one)));
  roomIn(releases, MAX_RELEASES, 'releases', fresh.length);
  const added = fresh.map((one): IncidentRelease => ({ ...one, verdict: 'suspected' }));
  const now = await changeIncident(by, kept, { releases: [...releases, ...added] });
  await told(by, now, 'added releases', { releases: fresh.map(releaseName).join(', ') });
}

/** By their names. Throws `not-found` where one of them is none of the incident's. */
export async function judgeReleases(
  by: By,
  names: readonly string[],
  verdict: IncidentRelease['verdict'],
): Promise<void> {
  const kept = await incidentOf(by);
  const { releases } = kept.incident;
  const wanted = new Set(names);
  if (releases.filter((one) => wanted.has(releaseName(one))).length !== wanted.size) throw notFound();
  const judged = releases.map((one) => (wanted.has(releaseName(one)) ? { ...one, verdict } : one));
  const now = await changeIncident(by, kept, { releases: judged });
  await told(by, now, `called releases ${verdict}`, { releases: names.join(', ') });
}

/** Throws `invalid` with the field. */
export async function addIndicator(
  by: By,
  typed: Omit<IncidentIndicator, 'id' | 'type'> & Pick<Indicator, 'type'>,
): Promise<void> {
  const value = fanged(typed);
  const { type, note, confidence, published } = typed;
  if (!fitsType({ type, value })) throw wrong('value', `This is no ${type}.`);
  const kept = await incidentOf(by);
  const { indicators } = kept.incident;
  if (indicators.some((one) => one.type === type && one.value === value))
    throw wrong('value', 'It is there.');
  roomIn(indicators, MAX_INDICATORS, 'indicators');
  const one = { id: newId(), type, value, note: note.trim(), confidence, published };
  const now = await changeIncident(by, kept, { indicators: [...indicators, one] });
  await told(by, now, 'added an indicator', { type, value: defanged({ type, value }), confidence });
}

export async function forgetIndicator(by: By, id: string): Promise<void> {
  const kept = await incidentOf(by);
  const gone = kept.incident.indicators.find((one) => one.id === id);
  if (gone === undefined) throw notFound();
  const indicators = kept.incident.indicators.filter((one) => one !== gone);
  const now = await changeIncident(by, kept, { indicators });
  await told(by, now, 'forgot an indicator', { type: gone.type, value: defanged(gone) });
}

/** Throws `invalid` for an instant that is none, or is yet to come. */
export async function noteCourse(
  by: By,
  typed: { readonly at: string; readonly what: string; readonly source: string },
): Promise<void> {
  const at = typed.at.trim();
  if (!isInstantText(at)) throw wrong('at', 'An instant in UTC: 2026-11-25T12:00:00Z.');
  if (at > instantOf(by.tx)) throw wrong('at', 'It has not come yet.');
  const kept = await incidentOf(by);
  roomIn(kept.incident.course, MAX_COURSE, 'lines of its course');
  const one = { id: newId(), at, what: typed.what.trim(), source: typed.source.trim() };
  const course = [...kept.incident.course, one].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  await changeIncident(by, kept, { course });
}

interface GivenEvidence {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly from: string;
}

/** The bytes are kept as they came; nothing here opens them. */
export async function addEvidence(by: By, { name, bytes, from }: GivenEvidence): Promise<void> {
  const { tx, vault } = by;
  const kept = await incidentOf(by);
  roomIn(kept.incident.evidence, MAX_EVIDENCE, 'pieces of evidence');
  const { id: file, sha256 } = await addFile(tx, vault, kept.file, { name, bytes, audience: 'team' });
  const custody = [
    { at: instantOf(tx), who: caseActor(by), what: `put it into the vault; SHA-256 ${sha256}` },
  ];
  const evidence = [...kept.incident.evidence, { file, from: from.trim(), custody }];
  const now = await changeIncident(by, kept, { evidence });
  await told(by, now, 'added evidence', { sha256 });
}

interface Passing {
  readonly who: string;
  readonly what: string;
}

/** Somebody outside of the desk had it, or has it now. */
export function passEvidence(by: By, file: string, { who, what }: Passing): Promise<void> {
  return noteCustody(by, file, { who: who.trim(), what: what.trim() });
}

/** A copy of it leaves the desk, and the chain says for what. */
export async function takeCopy(
  by: By,
  file: string,
  why: string,
): Promise<FileFacts & { readonly bytes: Uint8Array }> {
  await noteCustody(by, file, { who: caseActor(by), what: `took a copy: ${why.trim()}` });
  const { file: of } = await incidentOf(by);
  const found = await readCaseFile(by.tx, by.vault, of, file);
  if (found === null) throw notFound();
  return found;
}

async function noteCustody(by: By, file: string, passed: Passing): Promise<void> {
  const kept = await incidentOf(by);
  const { evidence } = kept.incident;
  const one = evidence.find((piece) => piece.file === file);
  if (one === undefined) throw notFound();
  roomIn(one.custody, MAX_CUSTODY, 'entries of a chain of custody');
  const changed: Evidence = { ...one, custody: [...one.custody, { at: instantOf(by.tx), ...passed }] };
  await changeIncident(by, kept, { evidence: evidence.map((piece) => (piece === one ? changed : piece)) });
}
