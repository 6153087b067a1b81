import type { Reference } from 'cpansec/advisories';
import type { ComponentChildren, JSX } from 'preact';
import { type Definition, Definitions, Notice, Tag } from '../ui/index.ts';
import { Affected, fixedWords } from './affected.tsx';
import { CvssFact } from './cvss.tsx';
import { detailsHtml } from './details.ts';
import { jsonLd } from './json-ld.ts';
import { StateTag } from './lines.tsx';
import type { AdvisoryPage, Page, Site } from './model.ts';
import { islandData, page } from './page.tsx';
import { folders, href } from './paths.ts';
import { instantWords, intervalsWords, listed, nameOf, ratingSignal, ratingWord } from './words.ts';

/** `/advisories/ID/`: what it is, who is affected, what ends it, and everything that is known of it. */
export function advisoryPage(site: Site, model: AdvisoryPage): Page {
  const { record, line, formats } = model;
  const withdrawn = record.withdrawn !== undefined;
  return page(
    site,
    {
      path: folders.advisory(record.id),
      title: `${nameOf(line)}: ${record.summary}`,
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
      {withdrawn ? null : <VersionQuestion site={site} model={model} />}
      <Affected site={site} affected={model.affected} />
      <Details model={model} />
      <Patches site={site} model={model} />
      <References model={model} />
      <Timeline model={model} />
      <Formats site={site} model={model} />
    </article>,
  );
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
  const [only, ...others] = affected;
  if (only === undefined) return 'It names no distribution.';
  if (others.length === 0)
    return `Affects ${only.distribution}: ${intervalsWords(only.intervals)}; ${fixedWords(only.fixedIn)}.`;
  const names = listed(affected.map(({ distribution }) => distribution));
  const fixed = line.fixed === true ? 'a release fixes each' : 'not every one has a fixed release';
  return `Affects ${affected.length} distributions: ${names}; ${fixed}.`;
}

function Answer({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { withdrawn } = model.record;
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

const ORIGINS: Readonly<Record<AdvisoryPage['origin'], string>> = {
  own: 'written here',
  cpansa: 'imported from the CPAN Security Advisory database',
  cve: 'imported from the CVE record',
  osv: 'imported from an OSV record',
};

function Facts({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { record, line, origin, revision, published, modified } = model;
  const items: Definition[] = [
    ['State', <StateTag line={line} />],
    ['Severity', <SeverityFact model={model} />],
    ...some('Weakness', record.weaknesses, (all) => <Weaknesses names={all} />),
    ...some('Modules', modulesOf(model), (all) => <span class="v">{all.join(', ')}</span>),
    ['First report', record.reported ?? 'nobody recorded when'],
    ['Published here', `${instantWords(published)}, ${ORIGINS[origin]}`],
    ['Last change', `${instantWords(modified)}, revision ${revision}`],
    ...some('Credit', record.credits, (all) => all.map(({ name, role }) => `${name} (${role})`).join(', ')),
  ];
  return <Definitions items={items} />;
}

function some<T>(
  term: string,
  values: readonly T[] | undefined,
  show: (values: readonly T[]) => ComponentChildren,
): Definition[] {
  return values === undefined || values.length === 0 ? [] : [[term, show(values)]];
}

function modulesOf({ record }: AdvisoryPage): string[] {
  return [...new Set(record.affected.flatMap(({ modules = [] }) => modules))];
}

function SeverityFact({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { rating } = model.line;
  const { vector, source } = model.record.severity ?? {};
  return (
    <>
      <Tag signal={ratingSignal(rating)}>{ratingWord(rating)}</Tag>
      {rating === null ? <span class="quiet"> Nobody has given it a rating.</span> : null}
      {source === undefined ? null : <span class="quiet"> rated by {source}</span>}
      {vector === undefined ? null : <CvssFact vector={vector} />}
    </>
  );
}

function Weaknesses({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <>
      {names.map((name, i) => {
        const number = /^CWE-(\d{1,6})$/.exec(name)?.[1];
        const url = `https://cwe.mitre.org/data/definitions/${number}.html`;
        return [i === 0 ? '' : ', ', number === undefined ? name : <a href={url}>{name}</a>];
      })}
    </>
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
  const { html, whole } = detailsHtml(details);
  return (
    <section>
      <h2>Details</h2>
      {/* details.ts lets no tag through but those of CommonMark. */}
      <div class="prose" dangerouslySetInnerHTML={{ __html: html }} />
      {whole ? null : <p class="quiet">The text goes on in the machine formats below.</p>}
    </section>
  );
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

/** References in sight, and those that the page has at all; the record has every one. */
const IN_SIGHT = 12;
const REFERENCES = 60;

function References({ model }: { readonly model: AdvisoryPage }): JSX.Element | null {
  const { references } = model.record;
  if (references.length === 0) return null;
  const sorted = references.toSorted((a, b) => rankOf(a) - rankOf(b)).slice(0, REFERENCES);
  const more = sorted.slice(IN_SIGHT);
  return (
    <section>
      <h2>References</h2>
      <ReferenceList references={sorted.slice(0, IN_SIGHT)} />
      {more.length === 0 ? null : (
        <details>
          <summary>{more.length} more</summary>
          <ReferenceList references={more} />
        </details>
      )}
      {references.length > REFERENCES ? (
        <p class="quiet">{references.length - REFERENCES} more are in the machine formats below.</p>
      ) : null}
    </section>
  );
}

/** What helps first: what ends it, who says so, then all others as they are given. */
function rankOf({ type }: Reference): number {
  const place = ['fix', 'patch', 'advisory', 'report'].indexOf(type);
  return place < 0 ? 4 : place;
}

function ReferenceList({ references }: { readonly references: readonly Reference[] }): JSX.Element {
  return (
    <ul>
      {references.map(({ type, url }) => (
        <li key={url}>
          <WebLink url={url} /> <span class="quiet small">{type}</span>
        </li>
      ))}
    </ul>
  );
}

/** Only web addresses become links. */
function WebLink({ url }: { readonly url: string }): JSX.Element {
  return /^https?:\/\//i.test(url) ? (
    <a href={url} rel="noreferrer">
      {url}
    </a>
  ) : (
    <span>{url}</span>
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
