import { Links, Pager } from '../ui/index.ts';
import { AdvisoryLines, DistributionLinks } from './lines.tsx';
import type { AuthorPage, DistributionIndexPage, LetterPage, Page, Site } from './model.ts';
import { page } from './page.tsx';
import { parts } from './paged.ts';
import { feedPaths, folders, href } from './paths.ts';
import { counted } from './words.ts';

const DISTRIBUTIONS_PER_PAGE = 400;
const ADVISORIES_PER_PAGE = 80;

/** `/dist/`: the letters, and those with the most advisories. */
export function distributionIndexPage(site: Site, { letters, most }: DistributionIndexPage): Page {
  const all = letters.reduce((sum, [, count]) => sum + count, 0);
  return page(
    site,
    {
      path: folders.distributions,
      title: 'Distributions',
      description: `${counted(all, 'distribution')} of CPAN from A to Z.`,
      section: folders.distributions,
    },
    <>
      <h1>Distributions</h1>
      <p class="lead">{counted(all, 'distribution')}, by first letter.</p>
      <Links
        items={letters.map(([letter, count]) => ({
          href: href(site, folders.letter(letter)),
          label: letter,
          note: `${count}`,
        }))}
      />
      {most.length === 0 ? null : (
        <>
          <h2>With the most advisories</h2>
          <DistributionLinks site={site} lines={most} />
        </>
      )}
    </>,
  );
}

/** `/dist/letter/L/`, and `2/`, `3/` … below it. */
export function letterPages(site: Site, { letter, distributions }: LetterPage): Page[] {
  return parts(distributions, DISTRIBUTIONS_PER_PAGE, folders.letter(letter)).map(
    ({ items, number, folder, folders: all }) =>
      page(
        site,
        {
          path: folder,
          title: `Distributions: ${letter}${number === 0 ? '' : `, page ${number + 1}`}`,
          description: `Distributions of CPAN whose name begins with ${letter}.`,
          section: folders.distributions,
        },
        <>
          <h1>Distributions: {letter}</h1>
          <p>
            {counted(distributions.length, 'distribution')}; a number behind a name is how many advisories it
            has.
          </p>
          <DistributionLinks site={site} lines={items} />
          <Pager hrefs={all.map((one) => href(site, one))} current={number} />
        </>,
      ),
  );
}

/** `/author/PAUSEID/`: distributions that the author has released, and their advisories; `2/` … below it. */
export function authorPages(site: Site, { author, distributions, advisories }: AuthorPage): Page[] {
  const own = folders.author(author);
  const feeds = feedPaths(own);
  return parts(advisories, ADVISORIES_PER_PAGE, own).map(({ items, number, folder, folders: all }) =>
    page(
      site,
      {
        path: folder,
        title: `${author}${number === 0 ? '' : `, page ${number + 1}`}`,
        description: `Advisories of distributions that ${author} has released.`,
        section: folders.distributions,
        alternates: [
          { label: `Advisories of ${author}`, path: feeds.atom, mediaType: 'application/atom+xml' },
          { label: `Advisories of ${author}`, path: feeds.json, mediaType: 'application/feed+json' },
        ],
      },
      <>
        <p class="eyebrow">Author</p>
        <h1>{author}</h1>
        <p class="lead">
          {counted(advisories.length, 'advisory', 'advisories')} in{' '}
          {counted(distributions.length, 'distribution')} that {author} has released. An advisory says nothing
          of whose fault it is.
        </p>
        {number === 0 ? (
          <DistributionLinks site={site} lines={distributions.slice(0, DISTRIBUTIONS_PER_PAGE)} />
        ) : null}
        <h2>Advisories</h2>
        <AdvisoryLines site={site} lines={items} />
        <Pager hrefs={all.map((one) => href(site, one))} current={number} />
        <Links
          row
          items={[
            { href: href(site, feeds.atom), label: 'Atom feed' },
            { href: href(site, feeds.json), label: 'JSON feed' },
            { href: `https://metacpan.org/author/${encodeURIComponent(author)}`, label: 'MetaCPAN' },
          ]}
        />
      </>,
    ),
  );
}
