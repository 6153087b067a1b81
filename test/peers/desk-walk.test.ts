/**
 * The walk through the desk, real in all of its parts: the built command, SMTP in both directions, gpg, browsers with
 * passkeys. docs/walks/the-desk.md is what it writes down; CPANSEC_GOLDEN=write writes that anew.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { DESKTOP, launch, withoutChromium, withPage } from '../browser.ts';
import { run, start } from '../built.ts';
import { assertGolden } from '../golden.ts';
import { gpgIn } from '../mail.ts';
import { withoutProgram } from '../peers.ts';
import { freePort } from '../port.ts';
import { newPostgresDatabase, withoutPostgres } from '../postgres.ts';
import { type AtEnd, atEndOf, Person, type Plan, shownAs, Walk } from './walk.ts';
import { bounceOf, deliver, mailWorld, opened, sealedMail, type World } from './walk-mail.ts';
import { becomesPublic, PUBLISHES, type PublicSide, publicSide } from './walk-publication.ts';

const DESK = 'desk@example.org';
const PAGE = fileURLToPath(new URL('../../docs/walks/the-desk.md', import.meta.url));
/** Of the fault: none of it may stand in a letter. */
const DETAILS = /parse_header|memory|end of a header/i;

interface Place {
  readonly walk: Walk;
  /** Where commands are typed. */
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Desk extends Place {
  readonly world: World;
  readonly side: PublicSide;
  readonly origin: string;
  /** Where its mail comes in. */
  readonly mailPort: number;
  /** By which the first member comes. */
  readonly bootstrap: string;
  readonly plan: Plan;
}

/** Types a command of the desk to its end; gives what it answers. */
async function types({ walk, home, env }: Place, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run(args, { program: 'cpansec-desk', cwd: home, env });
  assert.equal(status, 0, stderr);
  walk.shell(`cpansec-desk ${args.join(' ')}`, stdout);
  return stdout;
}

async function firstStart(atEnd: AtEnd, walk: Walk, env: Place['env']): Promise<Desk> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-walk-'));
  atEnd(() => rmSync(home, { recursive: true, force: true }));
  const world = await mailWorld(atEnd);
  const side = await publicSide(atEnd, walk, home);
  const [port, mailPort] = [await freePort(), await freePort()];
  for (const [one, word] of [
    [port, 'PORT'],
    [mailPort, '2525'],
    [world.port, '25'],
  ] as const)
    walk.word(new RegExp(`\\b${one}\\b`, 'g'), word);
  walk.part('The desk is opened', 'It has a key of its own, says how its mail goes, and is started.');
  makeKey(walk, home);
  describeMail(walk, home, { out: world.port, into: mailPort });
  const said = await opens(atEnd, { walk, home, env }, port);
  const bootstrap = /http:\/\/localhost\S+\/l\/\S+/.exec(said)?.[0] ?? assert.fail(said);
  const inDays = (days: number) =>
    `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T12:00:00Z`;
  const plan = { end: inDays(14), later: inDays(21) };
  walk.plan(plan);
  return { walk, world, side, home, env, origin: `http://localhost:${port}`, mailPort, bootstrap, plan };
}

function makeKey(walk: Walk, home: string): void {
  mkdirSync(join(home, 'gpg'), { mode: 0o700 });
  const gpg = gpgIn(join(home, 'gpg'));
  const user = `Security desk <${DESK}>`;
  gpg(['--passphrase', '', '--quick-gen-key', user, 'future-default', 'default', 'never']);
  writeFileSync(join(home, 'desk.key'), gpg(['--armor', '--export-secret-keys', DESK]), { mode: 0o600 });
  const commands = [
    `--quick-gen-key '${user}' future-default default never`,
    `--armor --export-secret-keys ${DESK} > desk.key`,
  ];
  walk.shell(commands.map((command) => `gpg ${command}`).join('\n$ '), '');
}

function describeMail(
  walk: Walk,
  home: string,
  { out, into }: { readonly out: number; readonly into: number },
): void {
  const config = {
    from: { name: 'Security desk', address: DESK },
    out: { smtp: { host: '127.0.0.1', port: out, tls: 'none' } },
    in: { authentication: false, smtp: { host: '127.0.0.1', port: into, name: 'desk.example.org' } },
    keys: { file: 'desk.key' },
  };
  const text = JSON.stringify(config, null, 2);
  writeFileSync(join(home, 'mail.json'), text);
  walk.shell('cat mail.json', text);
}

/** Starts the desk; gives what it says once it listens. */
async function opens(atEnd: AtEnd, { walk, home, env }: Place, port: number): Promise<string> {
  const args = ['desk', '--mail', 'mail.json', ...PUBLISHES, '--port', `${port}`, '--quiet'];
  const child = start(args, { program: 'cpansec-desk', cwd: home, env });
  const said = { out: '', err: '' };
  const ended = once(child, 'close');
  atEnd(async () => {
    child.kill('SIGTERM');
    assert.deepEqual([(await ended)[0], said.err], [0, ''], 'it ends well, and warned of nothing');
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
      if (/^http:\/\/127/m.test(said.out)) resolve();
    });
    child.once('close', () => reject(new Error(said.err)));
  });
  walk.shell(`cpansec-desk ${args.join(' ')}`, said.out);
  return said.out;
}

const NAMES = ['Ada', 'Bob', 'The finder', 'The author', 'Hilda'] as const;
type People = Readonly<Record<(typeof NAMES)[number], Person>>;

/** A browser for each, with an authenticator of its own, in a zone that is not UTC. */
async function withPeople(
  browser: Browser,
  { origin, walk }: Desk,
  use: (people: People) => Promise<void>,
): Promise<void> {
  const options = { viewport: DESKTOP, timezoneId: 'Asia/Tokyo', locale: 'en-GB' };
  const come = async (people: Partial<Record<keyof People, Person>>): Promise<void> => {
    const name = NAMES.find((one) => people[one] === undefined);
    if (name === undefined) return use(people as People); // all of them came
    await withPage(browser, { base: origin, options }, async (page) => {
      page.setDefaultTimeout(20_000);
      await giveAuthenticator(page);
      await come({ ...people, [name]: new Person(name, page, walk) });
    });
  };
  await come({});
}

async function giveAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const kind = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const;
  const options = {
    ...kind,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
}

/** The next letter to the address, written down; gives the link in it. */
async function reads({ walk, world, origin }: Desk, address: string): Promise<string> {
  const taken = await world.letterTo(address);
  const { subject, text } = await opened(taken);
  walk.letter(`A letter to ${address}:`, subject, text);
  assert.doesNotMatch(taken.raw, DETAILS);
  return new RegExp(`${origin}/l/[\\w-]+`).exec(text)?.[0] ?? '';
}

async function membersCome(desk: Desk, { Ada, Bob }: People): Promise<void> {
  desk.walk.part(
    'Two members come',
    'The first by the link that the command printed, the second by a letter.',
  );
  await Ada.opens(desk.bootstrap, 'the link');
  await Ada.sees('A new desk', 'You are its first coordinator.');
  await Ada.looks('bootstrap');
  await Ada.fills({ 'Your name': 'Ada', 'Your e-mail address': 'ada@example.org' });
  await Ada.clicks('Make a passkey');
  await Ada.sees('You have one passkey.');
  await Ada.follows('People');
  await Ada.follows('Invite somebody');
  await Ada.looks('invite');
  await Ada.fills({ Name: 'Bob', 'E-mail address': 'bob@example.org' });
  await Ada.selects('Role', 'CNA member');
  await Ada.clicks('Make the link');
  await Ada.sees('A letter brings them their link.');
  await Ada.looks('invited');
  await Bob.opens(await reads(desk, 'bob@example.org'), 'the link');
  await Bob.sees('Welcome, Bob');
  await Bob.looks('welcome');
  await Bob.clicks('Make a passkey');
  await Bob.sees('You have one passkey.');
}

const REPORT = {
  'Where is it?': 'Foo-Bar',
  'In which versions?': '1.00 to 1.23',
  'What is it?':
    'Reads past the end of a header in parse_header()\n\nA header without an end is read on, into other memory.',
  'How does one make it happen?':
    'perl -MFoo::Bar -e "Foo::Bar::parse_header(q{x} x 9000)" and read what comes back.',
  'What can somebody do with it?': 'Somebody reads memory of the process.',
  'Your e-mail address': 'finder@example.com',
};
const TITLE = 'Reads past the end of a header in parse_header()';

async function reportByForm(desk: Desk, finder: Person): Promise<string> {
  desk.walk.part('A report by the form', 'Somebody found something. They need no account.');
  await finder.opens(desk.origin, 'the desk');
  await finder.sees('Report a vulnerability', 'You need no account, and no name.', 'our OpenPGP key');
  await finder.looks('report');
  await finder.fills(REPORT);
  await finder.clicks('Send the report');
  await finder.sees('Thank you. The report is here.', 'Your private link');
  await finder.looks('receipt');
  const reference = await finder.reference();
  desk.walk.word(reference, 'AAAA-1111');
  await finder.opens(await reads(desk, 'finder@example.com'), 'the link');
  await finder.sees('It was received. Nobody has taken it on yet.');
  await finder.looks('my-report');
  return reference;
}

const SEALED = `Hello,

in Foo::Bar 1.23, lib/Foo/Bar.pm, parse_header() reads past the end of a header
without an end, into other memory of the process:

    perl -MFoo::Bar -e "Foo::Bar::parse_header(q{x} x 9000)"

Grace
`;

async function reportByMail(desk: Desk): Promise<void> {
  const { walk, world, home, origin, mailPort } = desk;
  walk.part('The same fault by sealed mail', 'Somebody else found it as well, and writes with gpg.');
  mkdirSync(join(home, 'grace'), { mode: 0o700 });
  const gpg = gpgIn(join(home, 'grace'));
  gpg(['--passphrase', '', '--quick-gen-key', 'Grace <grace@example.net>', 'ed25519', 'sign', 'never']);
  const key = `${origin}/openpgp-key.asc`;
  gpg(['--import'], await (await fetch(key)).text());
  walk.shell(`curl --silent ${key} | gpg --import`, '');
  const inner = ['Content-Type: text/plain; charset=utf-8', '', ...SEALED.split('\n')].join('\r\n');
  const armored = gpg(['--armor', '--sign', '--encrypt', '--recipient', DESK], inner);
  const from = 'grace@example.net';
  const header = [`From: Grace <${from}>`, `To: ${DESK}`, 'Subject: ...', 'Message-ID: <1@example.net>'];
  const mail = sealedMail(header, Buffer.from(armored).toString('latin1'));
  assert.doesNotMatch(mail, DETAILS);
  await deliver(mailPort, mail, from, DESK);
  walk.text(`Grace seals this, and sends it to ${DESK}:`, SEALED);
  const { subject } = await opened(await world.letterTo(from));
  walk.word(/^\[(\S+)\]/.exec(subject)?.[1] ?? assert.fail(subject), 'BBBB-2222');
  walk.step(`Grace gets a letter like the one before: *${subject}*`);
}

async function merges(desk: Desk, { Ada }: People, first: string): Promise<void> {
  desk.walk.part('One case of two', 'Ada looks at what came in.');
  await Ada.follows('Today');
  await Ada.sees('2 new reports wait.');
  await Ada.looks('today');
  await Ada.follows('Cases');
  await Ada.sees('2 of your cases.', TITLE);
  await Ada.looks('cases');
  await Ada.follows('A sealed mail about Foo::Bar');
  await Ada.sees('encryption: pgp', 'Cases that are like it', '% alike');
  await Ada.looks('case-mail');
  await Ada.clicks(`Merge into ${first}`);
  await Ada.sees('took in', 'lib/Foo/Bar.pm');
  await reads(desk, 'grace@example.net');
}

async function decides(desk: Desk, { Ada, Bob }: People): Promise<void> {
  desk.walk.part('Two of the CNA decide', 'Each is asked whether they have an interest in it.');
  await Ada.clicks('Take it on');
  await Ada.looks('triage');
  await votes(Ada, 'It reads past the end.');
  await Ada.sees('1 yes');
  await Bob.follows('Cases');
  await Bob.follows(TITLE);
  await votes(Bob, 'I see the same with 1.23.');
  await Bob.sees('2 yes');
  await Bob.clicks('Accept it as a vulnerability');
  await Bob.sees('accepted it as a vulnerability');
}

async function votes(member: Person, why: string): Promise<void> {
  await member.answers('Your vote', 'It is one');
  await member.answers('Have you an interest in it?', 'No');
  await member.fills({ Why: why });
  await member.clicks('Vote');
}

async function plans(desk: Desk, { Bob }: People): Promise<void> {
  desk.walk.part('An id, and a day', 'The id is reserved before anybody outside hears of it.');
  await Bob.unfolds('Note an id that was reserved elsewhere');
  await Bob.fills({ 'CVE id that was reserved': 'CVE-2099-90001' });
  await Bob.clicks('Note the id');
  await Bob.unfolds('Propose an end');
  await Bob.fills({ 'End, UTC': desk.plan.end, Why: 'Fourteen days, as usual.' });
  await Bob.clicks('Propose it');
  await Bob.sees('Embargo until', shownAs(desk.plan.end));
  await Bob.looks('coordinate');
}

const RELEASE = {
  'META.json': JSON.stringify({
    ...{ name: 'Foo-Bar', version: '1.23', abstract: 'parses headers', license: ['perl_5'] },
    ...{ author: ['Foo Author <author@example.com>'], release_status: 'stable', dynamic_config: 0 },
    'meta-spec': { version: '2' },
    generated_by: 'hand',
  }),
  'SECURITY.md': '# Security\n\nWrite to <security@foo.example>, and to nobody else.\n',
};

async function writesToContacts(desk: Desk, { Bob }: People): Promise<void> {
  const { walk, world, mailPort } = desk;
  walk.part(
    'Whom to tell',
    'Bob looks for contacts in what the release says of itself. The best one is dead.',
  );
  await Bob.unfolds('Look for contacts in files');
  await Bob.gives('Files, all at once', RELEASE);
  await Bob.clicks('Look in them');
  await Bob.sees('the security policy names it', 'author in META');
  await Bob.looks('contacts');
  await Bob.fills({ 'Their name': 'Security of Foo' });
  await Bob.clicks('Write to security@foo.example');
  await Bob.sees('They are asked in');
  await Bob.looks('asked-in');
  await Bob.follows('Back to the case');
  const letter = await world.letterTo('security@foo.example');
  const { subject } = await opened(letter);
  assert.doesNotMatch(letter.raw, DETAILS);
  walk.step(`A letter goes out: *${subject}*. The server of its address sends it back`);
  await deliver(mailPort, bounceOf(letter), '', letter.from);
  await Bob.waitsFor('find another way to them');
  await Bob.sees('by mail: it cannot be delivered', 'mail cannot be delivered');
  await Bob.looks('bounced');
  await Bob.fills({ 'Their name': 'Foo Author' });
  await Bob.clicks('Write to author@example.com');
  await Bob.follows('Back to the case');
}

async function maintainerAnswers(desk: Desk, { 'The author': author, Bob }: People): Promise<void> {
  desk.walk.part(
    'Who looks after the code',
    'They have no account. The link in the letter is all they need.',
  );
  await author.opens(await reads(desk, 'author@example.com'), 'the link');
  await author.sees('CVE-2099-90001, Foo-Bar', 'What it is about is shown once you have agreed');
  await author.doesNotSee('parse_header');
  await author.looks('part-before');
  await author.clicks('I accept');
  await author.sees(TITLE, 'Say whether you are affected, or need help.');
  await author.looks('part');
  await author.answers('Is your code affected?', 'Yes');
  await author.fills({ 'Fixed in version': '1.24' });
  await author.clicks('Answer');
  await author.sees('says: affected');
  await author.fills({
    'Until, UTC': desk.plan.later,
    Why: 'I am travelling, and can release a week later.',
  });
  await author.clicks('Ask for it');
  await author.sees('You asked for');
  await author.looks('part-asked');
  await Bob.waitsFor('I am travelling');
  await Bob.sees('Somebody has answered.');
  await Bob.looks('proposal');
  await Bob.answers('Answer', 'Accept');
  await Bob.clicks('Answer');
  await Bob.sees('accepted a proposal');
  await reads(desk, 'author@example.com');
}

async function helperSigns(desk: Desk, { Hilda, Bob }: People): Promise<void> {
  desk.walk.part('Somebody who helps', 'Whoever is no maintainer signs an agreement before they are told.');
  await Bob.unfolds('Ask somebody in');
  await Bob.fills({ Name: 'Hilda', Address: 'hilda@example.net' });
  await Bob.selects('As', 'observer');
  await Bob.clicks('Make their link');
  await Bob.sees('They are asked in');
  await Bob.follows('Back to the case');
  await Hilda.opens(await reads(desk, 'hilda@example.net'), 'the link');
  await Hilda.sees('Agreement before you are told');
  await Hilda.doesNotSee('parse_header');
  await Hilda.looks('agreement');
  await Hilda.clicks('I sign and accept');
  await Hilda.sees(TITLE, 'signed the agreement');
  await Hilda.looks('participant');
}

async function dayIsPlanned(desk: Desk, { Ada, 'The finder': finder }: People): Promise<void> {
  const day = shownAs(desk.plan.later);
  desk.walk.part('The day', 'Everybody sees the same instant, and what it is in their own zone.');
  await finder.waitsFor('The end has moved.');
  await finder.looks('my-report-moved');
  await finder.clicks('I accept it anew');
  await finder.sees('It was taken on', day);
  await finder.doesNotSee('The end has moved.');
  await Ada.follows('Cases');
  await Ada.sees('1 of your cases.', day);
  await Ada.follows(TITLE);
  await Ada.sees('Embargo until', day, '21:00:00 GMT+9', 'disclose');
  await Ada.looks('planned');
}

async function logIsWhole(desk: Desk): Promise<void> {
  desk.walk.part('What is on record', 'Every act, and every read, stands in a chained log.');
  const key = await types(desk, 'ledger', 'key', `${new URL(desk.origin).host}/ledger`);
  const said = await types(desk, 'ledger', 'verify', '--key', key.trim());
  desk.walk.word(/\b\d+ (?:entries|entry)/g, 'N entries');
  assert.match(said, /^wrong +nothing$/m);
  assert.ok(Number(/^entries +(\d+)/.exec(said)?.[1]) > 60, said);
}

const DATABASES = [
  { name: 'SQLite', skip: false, given: async () => ({}) },
  {
    name: 'PostgreSQL',
    skip: withoutPostgres,
    given: async () => ({ DATABASE_URL: await newPostgresDatabase() }),
  },
] as const;

for (const { name, skip, given } of DATABASES)
  test(`from the first start to an advisory that an audit finds (${name})`, {
    skip: withoutChromium || withoutProgram('gpg') || skip,
  }, async (t) => {
    const atEnd = atEndOf(t);
    const desk = await firstStart(atEnd, new Walk({ close: name === 'SQLite' }), await given());
    const browser = await launch();
    atEnd(() => browser.close());
    await withPeople(browser, desk, async (people) => {
      await membersCome(desk, people);
      const first = await reportByForm(desk, people['The finder']);
      await reportByMail(desk);
      await merges(desk, people, first);
      await decides(desk, people);
      await plans(desk, people);
      await writesToContacts(desk, people);
      await maintainerAnswers(desk, people);
      await helperSigns(desk, people);
      await dayIsPlanned(desk, people);
      await becomesPublic(desk.side, desk.world, people);
    });
    await logIsWhole(desk);
    assertGolden(PAGE, `${HEAD}\n${desk.walk}`);
  });

const HEAD = `# The desk, step by step

A case from the first start of a desk to the advisory that an audit finds, as those who take part see it. A test walks it
(\`test/peers/desk-walk.test.ts\`) with real mail, gpg and browsers, and this page is what it writes down. Words in
capitals stand for what differs each time.
`;
