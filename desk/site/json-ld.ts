/** What an advisory's page is, for search engines: https://schema.org/TechArticle. */
import type { AdvisoryPage, Site } from './model.ts';
import { address, folders } from './paths.ts';

/** JSON in which no `<` stands, so that it cannot end the element that holds it. */
export function jsonLd(site: Site, { record, line, published, modified }: AdvisoryPage): string {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'TechArticle',
    '@id': address(site, folders.advisory(record.id)),
    url: address(site, folders.advisory(record.id)),
    headline: record.summary,
    identifier: [record.id, ...line.aliases],
    datePublished: published,
    dateModified: modified,
    inLanguage: 'en',
    publisher: { '@type': 'Organization', name: site.publisher },
    about: line.distributions.map((name) => ({
      '@type': 'SoftwareSourceCode',
      name,
      programmingLanguage: 'Perl',
    })),
  };
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
