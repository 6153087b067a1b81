/** No element and no attribute of any page comes from what somebody wrote: payloads give the page that words give. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases } from '../given-desk.ts';
import {
  type Ask,
  linked,
  memberOf,
  NOBODY,
  ROUTES,
  serving,
  sessionOf,
  signedIn,
  upload,
  type Who,
} from './given.ts';

/** Each short enough for a name. */
const PAYLOADS: readonly string[] = [
  `"><img src=x onerror=alert(1)>'><script>alert(1)</script>` + '" onfocus=alert(1) autofocus x="',
  `</textarea></title></select><svg onload=x><!--<a href="javascript:alert(1)">x</a>`,
  `&lt;script&gt;&#60;img src=x&#62;<math><mtext><style><img src onerror=x>{{7*7}}`,
];
const PLAIN = 'some words';

interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** The start tags of a page, read as generously as any browser does. */
function tagsOf(html: string): Tag[] {
  const tags = html.matchAll(/<([a-zA-Z!][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g);
  return [...tags].map(([, name = '', rest = '']) => {
    const attributes = rest.matchAll(/([^\s=/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g);
    return {
      name: name.toLowerCase(),
      attributes: new Map([...attributes].map(([, key = '', value = '']) => [key.toLowerCase(), value])),
    };
  });
}

/** But for what Markdown makes of a star or an underscore. */
function skeleton(html: string): string[] {
  const all = tagsOf(html).map(({ name, attributes }) => [name, ...attributes.keys()].join(' '));
  return all.filter((one) => one !== 'em' && one !== 'strong');
}

/** The lint of a draft says more of some words than of others: there it is the kinds of tags that are the same. */
function shape(name: string, html: string): string[] {
  const tags = skeleton(html);
  return name.endsWith('/draft') ? [...new Set(tags)].sort() : tags;
}

/** An address that stays on the desk, or one of the web that a person may follow. */
const ADDRESS = /^"(?:\/(?!\/)[^"]*|#[\w-]*|\?[^"]*|https:\/\/(?:desk|www)\.example\.org\/?[^"]*|)"$/;

/** Drives one case with these words in every place that takes words; gives the pages of everybody. */
async function pagesWith(t: TestContext, text: string): Promise<Map<string, string>> {
  const { store } = await (databases[0] ?? assert.fail()).given(
    t,
    () => new Date('2026-11-25T12:00:00.000Z'),
  );
  const { ask } = serving(t, store);
  const coordinator = await signedIn(store, 'coordinator', { proved: true });
  const cna = await signedIn(store, 'cna', { proved: true });
  const triager = await signedIn(store, 'triager', { proved: true });
  const does = async (who: Who, path: string, json: object = {}) => {
    const told = await ask(who, 'POST', path, { json });
    assert.equal(told.status, 200, `${path}: ${told.body}`);
    return JSON.parse(told.body) as Record<string, unknown>;
  };
  const long = `${text}\n\n${text}`;
  const { receipt } = await does(NOBODY, '/report', {
    ...{ where: text, versions: text, what: long, how: long, impact: long, proof: long, known: long },
    ...{ wish: text, creditName: text, credit: 'by-name' },
  });
  const reporter = await opened(ask, (receipt as { link: string }).link);
  const { case_id: id } = await store.transaction((tx) =>
    tx.db.selectFrom('reports').select('case_id').executeTakeFirstOrThrow(),
  );
  const act = (who: Who, name: string, json: object = {}) => does(who, `/cases/${id}/${name}`, json);
  await does(reporter, '/my-report/message', { text: long });
  await act(triager, 'take');
  for (const who of [coordinator, cna, triager])
    await act(who, 'vote', { vote: 'yes', interest: 'no', why: text });
  await act(cna, 'accept');
  await act(cna, 'embargo', { end: '2999-12-09T12:00:00Z', why: text });
  await act(cna, 'reserve', { cve: 'CVE-2999-0001' });
  const { link } = await act(coordinator, 'participants', { name: text, role: 'maintainer' });
  const maintainer = await opened(ask, link as string);
  const { link: unasked } = await act(coordinator, 'participants', { name: text, role: 'distributor' });
  const invited = await opened(ask, unasked as string);
  await does(maintainer, '/my-part/accept');
  await does(maintainer, '/my-part/message', { text: long });
  await does(maintainer, '/my-part/answer', { answer: 'affected', version: text.slice(0, 60) });
  await does(maintainer, '/my-part/extend', { end: '2999-12-30T12:00:00Z', why: text });
  for (const [who, path] of [
    [reporter, '/my-report/files'],
    [maintainer, '/my-part/files'],
    [coordinator, `/cases/${id}/files`],
  ] as const)
    assert.equal((await ask(who, 'POST', path, upload(text.replaceAll('"', "'"), text))).status, 200);
  for (const audience of ['team', 'reporter']) await act(triager, 'messages', { audience, text: long });
  await act(triager, 'tasks', { text });
  await act(triager, 'attempts', { channel: 'mail', address: text, outcome: 'sent', note: text });
  const { revision } = JSON.parse((await ask(cna, 'GET', `/cases/${id}`)).body) as { revision: number };
  const words = { title: text, distribution: text, labels: text.replaceAll(',', ''), summary: long };
  await act(cna, 'details', { revision, ...words });
  await does(coordinator, '/people/invite', { name: text, address: 'bob@example.org', role: 'triager' });
  await does(coordinator, '/account/tokens', { name: text.slice(0, 60), scopes: ['read'], days: 1 });
  const invitation = await linked(store, 'invitation', memberOf(cna).id);
  await act(triager, 'conflict', { why: text });
  const everybody = { NOBODY, coordinator, cna, reporter, maintainer, invited, invitation };
  const session = await sessionOf(store, memberOf(cna));
  return pagesOf(ask, { ...everybody, unproved: session }, { case: id, member: memberOf(cna).id, text });
}

async function opened(ask: Ask, link: string): Promise<Who> {
  const { headers } = await ask(NOBODY, 'GET', new URL(link).pathname);
  return { ...NOBODY, headers: { cookie: String(headers['set-cookie']).split(';')[0] ?? '' } };
}

interface Asking {
  readonly case: string;
  readonly member: string;
  readonly text: string;
}

/** Every GET as everybody, and forms that come back with what was typed. */
async function pagesOf(
  ask: Ask,
  everybody: Record<string, Who>,
  asking: Asking,
): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const headers = { accept: 'text/html' };
  const query = new URLSearchParams({ q: asking.text, next: `/${asking.text}`, id: asking.text });
  for (const [name, who] of Object.entries(everybody)) {
    for (const { method, path } of ROUTES) {
      if (method !== 'GET' || /:file|:secret|export/.test(path)) continue;
      const url = path.replace(':case', asking.case).replace(':member', asking.member);
      const told = await ask(who, 'GET', `${url}?${query}`, { headers });
      if (told.status !== 303) pages.set(`${name} ${path}`, told.body);
    }
    const typed = {
      what: '',
      where: asking.text,
      name: asking.text.slice(0, 60),
      address: asking.text,
      scopes: asking.text,
    };
    for (const path of ['/report', '/people/invite', '/account/tokens', `/cases/${asking.case}/details`]) {
      const payload = new URLSearchParams(typed).toString();
      const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
      const told = await ask(who, 'POST', path, { headers: form, payload });
      pages.set(`${name} POST ${path.replace(asking.case, ':case')}`, told.body);
    }
  }
  const nowhere = await ask(NOBODY, 'GET', `/${encodeURIComponent(asking.text)}`, { headers });
  return pages.set('nothing', nowhere.body);
}

test('what somebody wrote is text on every page, for everybody', async (t) => {
  const plain = await pagesWith(t, PLAIN);
  assert.ok(plain.size > 100, `${plain.size} pages`);
  for (const payload of PAYLOADS) {
    const pages = await pagesWith(t, payload);
    assert.deepEqual([...pages.keys()], [...plain.keys()]);
    for (const [name, html] of pages) {
      assert.deepEqual(shape(name, html), shape(name, plain.get(name) ?? ''), `${name} with ${payload}`);
      for (const { name: tag, attributes } of tagsOf(html))
        for (const attribute of ['href', 'src', 'action', 'formaction'])
          if (attributes.has(attribute))
            assert.match(attributes.get(attribute) ?? '', ADDRESS, `${name}: ${tag} ${attribute}`);
    }
  }
});

test('Markdown leads nowhere by itself, and loads nothing', async (t) => {
  const text = [
    '[a](javascript:alert(1)) [b](data:text/html,x) [c](vbscript:x) <javascript:alert(1)>',
    '![d](https://evil.example/x.png) [e]: javascript:alert(1)',
    '<img src=https://evil.example/y.png> <iframe src=//evil.example></iframe>',
  ].join(' ');
  for (const [name, html] of await pagesWith(t, text.slice(0, 100))) checkLinks(name, html);
  for (const [name, html] of await pagesWith(t, text.slice(85, 185))) checkLinks(name, html);
});

function checkLinks(name: string, html: string): void {
  for (const { name: tag, attributes } of tagsOf(html)) {
    assert.ok(!['iframe', 'object', 'embed', 'base', 'form action'].includes(tag), `${name}: ${tag}`);
    if (tag === 'img') assert.match(attributes.get('src') ?? '', /^"\//, name);
    for (const [key, value] of attributes) {
      assert.ok(!key.startsWith('on'), `${name}: ${key}`);
      if (key === 'href') assert.match(value, /^"(?:\/|#|\?|https?:)/, `${name}: ${value}`);
    }
  }
}
