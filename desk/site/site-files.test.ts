import assert from 'node:assert/strict';
import test from 'node:test';
import { distribution, HOSTILE, site } from '../../test/site-models.ts';
import {
  badgeJson,
  badgeOf,
  badgeSvg,
  checkSecurityTxt,
  robotsTxt,
  SiteError,
  securityTxt,
  sitemaps,
} from './index.ts';

test('one sitemap, or several and one that lists them', () => {
  const [only] = sitemaps(site, [{ path: 'dist/Example-Dist/', modified: '2026-11-22' }, { path: '' }]);
  assert.equal(
    only?.text,
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' +
      '<url><loc>https://advisories.example.org/cpan/dist/Example-Dist/</loc><lastmod>2026-11-22</lastmod></url>\n' +
      '<url><loc>https://advisories.example.org/cpan/</loc></url>\n' +
      '</urlset>\n',
  );
  const many = sitemaps(
    site,
    Array.from({ length: 100_001 }, (_, i) => ({ path: `dist/X-${i}/` })),
  );
  assert.deepEqual(
    many.map(({ path }) => path),
    ['sitemap.xml', 'sitemap-1.xml', 'sitemap-2.xml', 'sitemap-3.xml'],
  );
  assert.equal(many[0]?.text.match(/<sitemap>/g)?.length, 3);
  assert.equal(many[3]?.text.match(/<url>/g)?.length, 1);
});

test('robots may read all but the objects', () => {
  assert.equal(
    robotsTxt(site),
    'User-agent: *\nDisallow: /cpan/objects/\nSitemap: https://advisories.example.org/cpan/sitemap.xml\n',
  );
});

test('security.txt has the fields of RFC 9116', () => {
  const text = securityTxt(site, {
    contact: ['mailto:security@example.org', 'https://example.org/report'],
    expires: '2027-05-01T00:00:00Z',
    policy: 'https://example.org/policy',
  });
  assert.deepEqual(text.split('\n'), [
    'Contact: mailto:security@example.org',
    'Contact: https://example.org/report',
    'Expires: 2027-05-01T00:00:00Z',
    'Preferred-Languages: en',
    'Canonical: https://advisories.example.org/cpan/.well-known/security.txt',
    'Policy: https://example.org/policy',
    'CSAF: https://advisories.example.org/cpan/.well-known/csaf/provider-metadata.json',
    '',
  ]);
});

test('a site without https names no address of its own', () => {
  const fields = { contact: ['mailto:security@example.org'], expires: '2027-05-01T00:00:00Z' };
  assert.equal(
    securityTxt({ ...site, base: 'http://127.0.0.1:8080' }, fields),
    'Contact: mailto:security@example.org\nExpires: 2027-05-01T00:00:00Z\nPreferred-Languages: en\n',
  );
});

const REFUSED = [
  { contact: [] },
  { contact: ['http://example.org/'] },
  { contact: ['mailto:a@example.org\nContact: mailto:b@example.org'] },
  { expires: 'soon' },
];

test('security.txt is refused where a field is none', () => {
  const fields = { contact: ['mailto:a@example.org'], expires: '2027-05-01T00:00:00Z' };
  for (const change of REFUSED)
    assert.throws(
      () => securityTxt(site, { ...fields, ...change }),
      (error) => error instanceof SiteError && error.code === 'security-txt',
      JSON.stringify(change),
    );
});

const ENDS: readonly (readonly [expires: string, now: string, alarm: RegExp | null])[] = [
  ['2027-05-01T00:00:00Z', '2026-11-22T00:00:00Z', null],
  ['2026-12-22T00:00:00Z', '2026-11-22T00:00:00Z', null],
  ['2026-12-21T23:59:59Z', '2026-11-22T00:00:00Z', /runs out on 2026-12-21, in 29 days/],
  ['2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', /ran out on 2026-11-21/],
  ['never', '2026-11-22T00:00:00Z', /no readable end/],
];

test('an end that is near is an alarm', () => {
  for (const [expires, now, alarm] of ENDS) {
    const found = checkSecurityTxt(expires, now);
    if (alarm === null) assert.equal(found, null, expires);
    else assert.match(found ?? '', alarm, expires);
  }
});

const newest = distribution.releases[0];
const BADGES = [
  [{}, '1.71 ok', 'brightgreen'],
  [{ advisories: [] }, 'no known advisory', 'brightgreen'],
  [{ advisories: [], covered: false }, 'not covered', 'lightgrey'],
  [{ releases: [] }, 'could not tell', 'lightgrey'],
  [
    { releases: [{ version: '2.0', date: null, author: null, open: ['a', 'b'], unknown: false }] },
    '2.0: 2 open',
    'orange',
  ],
  [
    { releases: [{ version: '2.0', date: null, author: null, open: [], unknown: true }] },
    'could not tell',
    'lightgrey',
  ],
] as const;

test('a badge tells of the newest release, and never more than is known', () => {
  assert.notEqual(newest, undefined);
  for (const [change, message, color] of BADGES) {
    const model = { ...distribution, ...change };
    assert.deepEqual(badgeOf(model), { label: 'security', message, color });
    assert.deepEqual(JSON.parse(badgeJson(model)), { schemaVersion: 1, label: 'security', message, color });
    assert.ok(badgeSvg(model).includes(`aria-label="security: ${message}"`), message);
  }
});

test('a version with markup is text in the picture', () => {
  const releases = [{ version: HOSTILE, date: null, author: null, open: [], unknown: false }];
  const svg = badgeSvg({ ...distribution, releases });
  assert.doesNotMatch(svg, /<script|<img|\u0000|\u202e/);
});
