import { ACT_NOW } from 'cpansec/audit';
import type { JSX } from 'preact';
import { Definitions, Markdown, Notice } from '../ui/index.ts';
import { Facts } from './advisory-facts.tsx';
import { Affected, fixedWords } from './affected.tsx';
import { Indicators } from './indicators.tsx';
import { jsonLd } from './json-ld.ts';
import type { AdvisoryPage, Page, Site } from './model.ts';
import { islandData, page } from './page.tsx';
import { folders, href } from './paths.ts';
import { References } from './references.tsx';
import { intervalsWords, listed, nameOf } from './words.ts';

/** `/advisories/ID/`: what it is, who is affected, what ends it, and everything that is known of it. */
export function advisoryPage(site: Site, model: AdvisoryPage): Page {
  const { record, line, formats } = model;
  const withdrawn = record.withdrawn !== undefined;
  return page(
    site,
    {
      path: folders.advisory(record.id),
      title: `${distinctName(line)}: ${record.summary}`,
      description: answer(model),
      section: folders.advisories,
      alternates: formats.map(([label, path, mediaType]) => ({ label, path, mediaType })),
      scripts: withdrawn ? [] : ['version.js'],
      head: <StructuredData site={site} model={model} />,
    },
    <article>
      <p class="eyebrow v">{[nameOf(line), ...namesBeside(model)].join(' · ')}</p>
      <h1 class={withdrawn ? 'struck' : undefined}>{record.summary}</h1>
      <Answer model={model} />
      <Facts model={model} />
      {record.disputed === undefined ? null : <Disputed {...record.disputed} />}
      {withdrawn ? null : <VersionQuestion site={site} model={model} />}
      <Affected site={site} affected={model.affected} malicious={line.malicious === true} />
      <Indicators record={record} />
      <Details model={model} />
      <Patches site={site} model={model} />
      <References references={model.record.references} />
      <Timeline model={model} />
      <Formats site={site} model={model} />
    </article>,
  );
}

/** A CVE may be in several distributions, each with an advisory of its own. */
function distinctName(line: AdvisoryPage['line']): string {
  const name = nameOf(line);
  if (name === line.id || line.distributions.length === 0) return name;
  return `${name} in ${listed(line.distributions, 2)}`;
}

/** Its other names. */
function namesBeside({ record, line }: AdvisoryPage): string[] {
  const first = nameOf(line);
  return [record.id, ...line.aliases].filter((name) => name !== first);
}

/** The page's question in one sentence. */
export function answer({ record, affected, line }: AdvisoryPage): string {
  const { withdrawn } = record;
  if (withdrawn !== undefined)
    return `This advisory was ${withdrawn.kind} on ${withdrawn.on} and no longer counts.`;
  if (line.malicious === true) return maliciousAnswer(affected);
  const [only, ...others] = affected;
  if (only === undefined) return 'It names no distribution.';
  if (others.length === 0)
    return `Affects ${only.distribution}: ${intervalsWords(only.intervals)}; ${fixedWords(only.fixedIn)}.`;
  const names = listed(affected.map(({ distribution }) => distribution));
  const fixed = line.fixed === true ? 'a release fixes each' : 'not every one has a fixed release';
  return `Affects ${affected.length} distributions: ${names}; ${fixed}.`;
}

function maliciousAnswer(affected: AdvisoryPage['affected']): string {
  const of = affected.map(({ distribution, intervals }) => `${distribution} (${intervalsWords(intervals)})`);
  return `Malicious releases of ${listed(of)}: remove them. No release repairs what they have done.`;
}

function Answer({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { withdrawn } = model.record;
  if (withdrawn === undefined && model.line.malicious === true)
    return (
      <Notice signal="danger">
        <p>
          <strong>{answer(model)}</strong>
        </p>
        <p>{ACT_NOW}</p>
      </Notice>
    );
  if (withdrawn === undefined) return <p class="lead">{answer(model)}</p>;
  return (
    <Notice signal="warning">
      <p>
        <strong>{answer(model)}</strong> It stays here for those who have its name; an audit passes it over.
      </p>
      {withdrawn.reason === '' ? null : <p>Reason: {withdrawn.reason}</p>}
    </Notice>
  );
}

/** It counts as before; who reads it decides. */
function Disputed({ on, reason }: NonNullable<AdvisoryPage['record']['disputed']>): JSX.Element {
  return (
    <Notice signal="quiet">
      <p>
        <strong>Disputed since {on}.</strong> {reason}
      </p>
    </Notice>
  );
}

/** Ranges of a page, in characters, above which its question is not asked: the answer would need all of them. */
const MAX_ENTRIES = 8_000;

/** Filled and shown by `browser/version.tsx`; the page answers in words without it. */
function VersionQuestion({
  site,
  model,
}: {
  readonly site: Site;
  readonly model: AdvisoryPage;
}): JSX.Element | null {
  const entries = JSON.stringify(
    model.record.affected.map(({ distribution, ranges, fixed }) => ({ distribution, ranges, fixed })),
  );
  if (entries.length > MAX_ENTRIES) return null;
  return <div id="version-question" class="no-print" hidden {...islandData(site)} data-entries={entries} />;
}

function Details({ model }: { readonly model: AdvisoryPage }): JSX.Element | null {
  const { details } = model.record;
  if (details === undefined || details.trim() === '') return null;
  const shown = cut(details);
  return (
    <section>
      <h2>Details</h2>
      <Markdown text={shown} />
      {shown === details ? null : <p class="quiet">The text goes on in the machine formats below.</p>}
    </section>
  );
}

/** Longest text that is shown on a page; what follows is in the record. */
const MAX_DETAILS = 16_000;

function cut(text: string): string {
  if (text.length <= MAX_DETAILS) return text;
  const end = text.lastIndexOf('\n\n', MAX_DETAILS);
  return text.slice(0, end > 0 ? end : MAX_DETAILS);
}

function Patches({ site, model }: { readonly site: Site; readonly model: AdvisoryPage }): JSX.Element | null {
  const { patches } = model;
  if (patches.length === 0) return null;
  return (
    <section>
      <h2>Patches</h2>
      <ul>
        {patches.map((path) => (
          <li key={path}>
            <a href={href(site, path)}>{path.split('/').slice(-3).join('/')}</a>
          </li>
        ))}
      </ul>
      <p>
        <a href={href(site, folders.patches)}>How to apply a patch</a>
      </p>
    </section>
  );
}

function Timeline({ model }: { readonly model: AdvisoryPage }): JSX.Element | null {
  const { history } = model.record;
  if (history.length === 0) return null;
  return (
    <section>
      <h2>Timeline</h2>
      <Definitions items={history.map(({ on, change }) => [on, change])} />
    </section>
  );
}

function Formats({ site, model }: { readonly site: Site; readonly model: AdvisoryPage }): JSX.Element {
  const subject = encodeURIComponent(`Correction of ${model.record.id}`);
  return (
    <section class="no-print">
      <h2>For machines</h2>
      <ul class="row">
        {model.formats.map(([label, path, mediaType]) => (
          <li key={path}>
            <a href={href(site, path)} type={mediaType}>
              {label}
            </a>
          </li>
        ))}
      </ul>
      <p>
        Something is wrong here? <a href={contactWith(site.contact, subject)}>Suggest a correction</a>.
      </p>
    </section>
  );
}

function contactWith(contact: string, subject: string): string {
  return contact.startsWith('mailto:') && !contact.includes('?') ? `${contact}?subject=${subject}` : contact;
}

function StructuredData({ site, model }: { readonly site: Site; readonly model: AdvisoryPage }): JSX.Element {
  return (
    <script
      type="application/ld+json"
      // Data, not markup; jsonLd escapes what could end the element.
      dangerouslySetInnerHTML={{ __html: jsonLd(site, model) }}
    />
  );
}
