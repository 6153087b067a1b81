import type { JSX } from 'preact';
import { Links, Numbers, SearchForm } from '../ui/index.ts';
import { AdvisoryLines } from './lines.tsx';
import type { HomePage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { feedPaths, folders, href } from './paths.ts';
import { counted } from './words.ts';

const LATEST = 5;

/** `/`: am I affected? The search, the newest advisories, how many there are, and how to hear of new ones. */
export function homePage(site: Site, { latest, statistics }: HomePage): Page {
  const { advisories, distributions } = statistics;
  const description = `${counted(advisories, 'advisory', 'advisories')} for ${counted(distributions, 'distribution')} of CPAN: who is affected, what fixes it.`;
  return page(
    site,
    { path: folders.home, title: site.name, description, ownSearch: true },
    <>
      <h1>Is the Perl code you run affected?</h1>
      <SearchForm
        action={href(site, folders.search)}
        label="Search by distribution, module, CVE or package URL"
        large
        hint="For example Archive-Zip, LWP::UserAgent, CVE-2020-16156 or pkg:cpan/DBI@1.643"
      />
      <p>
        Or <a href={href(site, folders.audit)}>check a whole project</a>: a cpanfile, a lock file or a bill of
        materials is read in your browser and goes nowhere.
      </p>
      <h2>Newest</h2>
      <AdvisoryLines site={site} lines={latest.slice(0, LATEST)} />
      <p>
        <a href={href(site, folders.recent)}>More recent advisories</a>
      </p>
      <Numbers
        items={[
          ['advisories', advisories.toLocaleString('en')],
          ['distributions with an advisory', distributions.toLocaleString('en')],
          ['about an embedded library', statistics.embedded.toLocaleString('en')],
        ]}
      />
      <Follow site={site} />
    </>,
  );
}

function Follow({ site }: { readonly site: Site }): JSX.Element {
  const { atom, json } = feedPaths('');
  return (
    <>
      <h2>Hear of new ones</h2>
      <Links
        row
        items={[
          { href: href(site, atom), label: 'Atom feed' },
          { href: href(site, json), label: 'JSON feed' },
          { href: href(site, folders.data), label: 'All data and formats' },
        ]}
      />
    </>
  );
}
