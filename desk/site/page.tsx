/** What every page has: its document, head and frame. */
import type { ComponentChildren, JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { CONTENT_SECURITY_POLICY, type NavItem, Shell } from '../ui/index.ts';
import { SiteError } from './errors.ts';
import type { Page, Site } from './model.ts';
import { address, basePath, feedPaths, folders, href } from './paths.ts';
import { instantWords } from './words.ts';

const META_POLICY = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'; ", '');

/** Characters that hide text or turn its direction; ours have none. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Another form of the page: `alternate` links in its head. */
export interface Alternate {
  readonly label: string;
  readonly path: string;
  readonly mediaType: string;
}

export interface PageOptions {
  /** The folder it stands in, or a file: `404.html`. */
  readonly path: string;
  readonly title: string;
  /** One sentence for search engines and previews. */
  readonly description: string;
  /** The part of the site that it is in, as a folder of the navigation. */
  readonly section?: string;
  readonly alternates?: readonly Alternate[];
  /** Scripts that it loads, by name of the asset. */
  readonly scripts?: readonly string[];
  /** Whether its content has a search form of its own. */
  readonly ownSearch?: boolean;
  readonly head?: ComponentChildren;
  /** `noindex` for pages that are no content. */
  readonly robots?: 'noindex';
}

const NAVIGATION: readonly (readonly [folder: string, label: string])[] = [
  [folders.advisories, 'Advisories'],
  [folders.distributions, 'Distributions'],
  [folders.audit, 'Audit'],
  [folders.verify, 'Verify'],
  [folders.statistics, 'Statistics'],
  [folders.data, 'Data'],
];

const FOOTER: readonly (readonly [path: string, label: string])[] = [
  [folders.search, 'Search'],
  [folders.recent, 'Recent'],
  [folders.patches, 'Patches'],
  [folders.status, 'Status'],
  [feedPaths('').atom, 'Atom feed'],
  [feedPaths('').json, 'JSON feed'],
  ['.well-known/security.txt', 'security.txt'],
];

/** The page as HTML. Throws `asset` where the site lacks one that it needs. */
export function page(site: Site, options: PageOptions, content: ComponentChildren): Page {
  const { path, section, ownSearch = false } = options;
  const nav = NAVIGATION.map(
    ([folder, label]): NavItem => ({ href: href(site, folder), label, current: folder === section }),
  );
  const search = { action: href(site, folders.search), label: 'Search advisories' };
  const html = renderToString(
    <Shell
      title={options.title === site.name ? site.name : `${options.title} – ${site.name}`}
      siteName={site.name}
      home={href(site, folders.home)}
      nav={nav}
      {...(ownSearch ? {} : { search })}
      head={<Head site={site} options={options} />}
      footer={<Footer site={site} path={path} />}
    >
      {content}
    </Shell>,
  );
  return {
    path: path === '' || path.endsWith('/') ? `${path}index.html` : path,
    html: `<!doctype html>\n${html.replace(UNSEEN, '\ufffd')}\n`,
  };
}

function Head({ site, options }: { readonly site: Site; readonly options: PageOptions }): JSX.Element {
  const { path, title, description, alternates = [], scripts = [], head, robots } = options;
  const feeds = feedPaths('');
  const all = [
    ...alternates,
    { label: 'New and changed advisories', path: feeds.atom, mediaType: 'application/atom+xml' },
    { label: 'New and changed advisories', path: feeds.json, mediaType: 'application/feed+json' },
  ];
  return (
    <>
      <meta http-equiv="Content-Security-Policy" content={META_POLICY} />
      <meta name="referrer" content="no-referrer" />
      <meta name="description" content={description} />
      {robots === undefined ? null : <meta name="robots" content={robots} />}
      <meta property="og:type" content={path === '' ? 'website' : 'article'} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:site_name" content={site.name} />
      <meta property="og:url" content={address(site, path)} />
      {robots === undefined ? <link rel="canonical" href={address(site, path)} /> : null}
      <link rel="icon" type="image/svg+xml" href={asset(site, 'icon.svg')} />
      <link rel="stylesheet" href={asset(site, 'style.css')} />
      {all.map(({ label, path: other, mediaType }) => (
        <link key={other} rel="alternate" type={mediaType} title={label} href={href(site, other)} />
      ))}
      {scripts.map((name) => (
        <script key={name} type="module" src={asset(site, name)} />
      ))}
      {head}
    </>
  );
}

function Footer({ site, path }: { readonly site: Site; readonly path: string }): JSX.Element {
  return (
    <>
      <ul>
        {FOOTER.map(([target, label]) => (
          <li key={target}>
            <a href={href(site, target)}>{label}</a>
          </li>
        ))}
      </ul>
      <p>
        Published by {site.publisher}. {changed(site)}
        <a href={site.contact}>Write to us</a>.
      </p>
      <p class="only-print">{address(site, path)}</p>
    </>
  );
}

function changed({ built }: Site): JSX.Element | null {
  if (built === null) return null;
  return (
    <>
      Newest change <time dateTime={built}>{instantWords(built)}</time>.{' '}
    </>
  );
}

/** Where the islands of a page find the site. */
export function islandData(site: Site): Record<'data-base', string> {
  return { 'data-base': basePath(site) };
}

export function asset(site: Site, name: string): string {
  const path = site.assets[name];
  if (path === undefined) throw new SiteError('asset', 'the site has no such asset', { file: name });
  return href(site, path);
}
