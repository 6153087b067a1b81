/** All contacts of a distribution, best first. */
import { compareText, formatPlace, type Place } from 'cpansec/base';
import type { Meta } from 'cpansec/cpan';
import {
  type Channel,
  type Flag,
  type Gathered,
  merged,
  type Refused,
  type Seen,
  type SourceKind,
  type Who,
} from './contact.ts';
import { contactsInDocument } from './documents.ts';
import { claimedId, contactsInMeta, repositorySeen } from './meta.ts';
import { contactsOnPause, type PauseSources } from './pause.ts';
import { DEFAULT_RANKS, type RankPolicy } from './policy.ts';
import type { ContactDocument } from './sections.ts';
import { contactsInLine } from './text.ts';

export interface ContactSources extends Partial<PauseSources> {
  readonly distribution: string;
  readonly documents?: readonly ContactDocument[];
  readonly meta?: { readonly meta: Meta; readonly file: string } | null;
  /** Other addresses that somebody noted, with who noted them or why. */
  readonly known?: readonly { readonly address: string; readonly note: string }[];
  /** Address of the repository, for what can be computed of it. */
  readonly repository?: string | null;
  /** What an earlier search found; where a document is given again, what it said before is forgotten. */
  readonly before?: readonly Contact[];
  /** What hosts said at the addresses of contacts' `check`. */
  readonly checked?: readonly { readonly check: string; readonly open: boolean }[];
}

export interface Contact {
  readonly channel: Channel;
  readonly address: string;
  readonly who: Who;
  /** Everybody can read what is sent there: never for details. */
  readonly public: boolean;
  readonly flags: readonly Flag[];
  /** From 1, the best first; those that are public come last. */
  readonly rank: number;
  /** Why it stands where it does, in words. */
  readonly why: readonly string[];
  /** Every place, the best first. */
  readonly sources: readonly {
    readonly kind: SourceKind;
    readonly place: Place;
    readonly evidence: string;
  }[];
  readonly check?: string;
}

export interface FoundContacts {
  readonly contacts: readonly Contact[];
  /** What looked like a contact and may not be used. */
  readonly refused: readonly Refused[];
  readonly notes: readonly string[];
}

/** More would be no list for people. */
const MAX_CONTACTS = 200;

/** Never throws: what cannot be used is in `refused` and `notes`. */
export function findContacts(sources: ContactSources, policy: RankPolicy = DEFAULT_RANKS): FoundContacts {
  const { seen, refused, notes } = merged(gather(sources));
  const open = new Map(sources.checked?.map((one) => [one.check, one.open]));
  const contacts = mergeSeen(seen)
    .map((group) => judged(group, open, policy))
    .sort(
      (a, b) => Number(a.public) - Number(b.public) || b.weight - a.weight || compareText(keyOf(a), keyOf(b)),
    );
  const beyond =
    contacts.length > MAX_CONTACTS
      ? [`${contacts.length} contacts, the first ${MAX_CONTACTS} are listed`]
      : [];
  return {
    contacts: contacts
      .slice(0, MAX_CONTACTS)
      .map(({ weight: _, ...contact }, i) => ({ ...contact, rank: i + 1 })),
    refused: unique(refused),
    notes: [...notes, ...beyond],
  };
}

function gather(sources: ContactSources): Gathered[] {
  const { documents = [], meta = null, known = [], distribution, repository = null, before = [] } = sources;
  const claimed = meta === null ? null : claimedId(meta.meta);
  const { modules = [distribution.replaceAll('-', '::')], permissions = null, people = null } = sources;
  return [
    ...documents.map(contactsInDocument),
    ...(meta === null ? [] : [contactsInMeta(meta.meta, meta.file)]),
    contactsOnPause({ modules, permissions, people, uploader: sources.uploader ?? claimed }),
    ...known.map(({ address, note }) => contactsInLine(address, { kind: 'known', place: { file: note } })),
    { seen: queueOf(distribution), refused: [], notes: [] },
    { seen: repositorySeen(repository ?? '', { file: 'repository' }), refused: [], notes: [] },
    { seen: seenBefore(before, new Set(documents.map(({ path }) => path))), refused: [], notes: [] },
  ];
}

/** Flags that follow from how or where it was written, and not from what else is known. */
const WRITTEN: ReadonlySet<Flag> = new Set<Flag>(['look-alike', 'cpan-forward', 'spelled-out']);

function seenBefore(before: readonly Contact[], again: ReadonlySet<string>): Seen[] {
  return before.flatMap(({ channel, address, who, flags, sources, check, public: open }) => {
    const computed = flags.some((flag) => flag === 'unproven' || flag === 'open' || flag === 'closed');
    const base = {
      ...{ channel, address, who, public: open },
      flags: [...flags.filter((flag) => WRITTEN.has(flag)), ...(computed ? (['unproven'] as const) : [])],
      ...(check === undefined ? {} : { check }),
    };
    return sources
      .filter(({ place }) => !again.has(place.file ?? ''))
      .map(({ kind, place, evidence }) => ({ ...base, kind, place, evidence }));
  });
}

/** Every distribution has a queue at rt.cpan.org, whether or not anybody reads it. */
function queueOf(distribution: string): Seen[] {
  return [
    {
      channel: 'tracker',
      address: `https://rt.cpan.org/Public/Dist/Display.html?Name=${encodeURIComponent(distribution)}`,
      who: { name: null, pauseId: null },
      public: true,
      flags: ['unproven'],
      kind: 'bugtracker',
      place: { file: 'rt.cpan.org' },
      evidence: 'every distribution of CPAN has a queue there',
    },
  ];
}

function keyOf({ channel, address }: Pick<Seen, 'channel' | 'address'>): string {
  return `${channel} ${address.toLowerCase()}`;
}

function mergeSeen(seen: readonly Seen[]): Seen[][] {
  const groups = new Map<string, Seen[]>();
  for (const one of seen) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

type Judged = Omit<Contact, 'rank'> & { readonly weight: number };

function judged(group: readonly Seen[], open: ReadonlyMap<string, boolean>, policy: RankPolicy): Judged {
  const best = [...group].sort((a, b) => policy.weights[b.kind] - policy.weights[a.kind]);
  const [first] = best;
  if (first === undefined) throw new RangeError('a contact that nobody saw');
  const check = best.find((one) => one.check !== undefined)?.check;
  const flags = flagsOf(best, open.get(check ?? ''), policy);
  const files = new Set(best.map(({ place }) => place.file));
  const agreement = policy.agreement * Math.min(3, files.size - 1);
  const penalty = flags.reduce((sum, flag) => sum + policy.penalties[flag], 0);
  return {
    channel: first.channel,
    address: first.address,
    who: {
      name: best.find(({ who }) => who.name !== null)?.who.name ?? null,
      pauseId: best.find(({ who }) => who.pauseId !== null)?.who.pauseId ?? null,
    },
    public: best.some((one) => one.public),
    flags,
    why: [
      `${KINDS[first.kind]}: ${formatPlace(first.place)}`,
      ...(files.size > 1 ? [`named in ${files.size} places`] : []),
      ...flags.map((flag) => FLAGS[flag]),
      ...(best.some((one) => one.public) ? ['everybody can read it: never for details'] : []),
    ],
    sources: sourcesOf(best),
    ...(check === undefined ? {} : { check }),
    weight: policy.weights[first.kind] + agreement - penalty,
  };
}

/** Each place once: what was found before is seen again. */
function sourcesOf(best: readonly Seen[]): Contact['sources'] {
  const places = new Map(
    best.map(({ kind, place, evidence }) => [
      `${kind} ${formatPlace(place)} ${evidence}`,
      { kind, place, evidence },
    ]),
  );
  return [...places.values()].slice(0, 20);
}

/** A flag of the way it was written falls away when it is also written plainly. */
function flagsOf(group: readonly Seen[], open: boolean | undefined, policy: RankPolicy): Flag[] {
  const lasting = group.flatMap(({ flags }) =>
    flags.filter((flag) => flag === 'look-alike' || flag === 'cpan-forward'),
  );
  const passing = (['spelled-out', 'unproven'] as const).filter(
    (flag) =>
      group.every(({ flags }) => flags.includes(flag)) && !(flag === 'unproven' && open !== undefined),
  );
  const address = group[0]?.address ?? '';
  return [
    ...new Set([
      ...lasting,
      ...passing,
      ...(open === undefined ? [] : ([open ? 'open' : 'closed'] as const)),
      ...(/^(?:no-?reply|do-?not-?reply)@|@users\.noreply\./i.test(address) ? (['no-reply'] as const) : []),
      ...(isListed(address, policy.placeholders) ? (['placeholder'] as const) : []),
      ...(isListed(address, policy.own) ? (['own'] as const) : []),
    ]),
  ];
}

/** An address of the list, or one at a domain of it or below. */
function isListed(address: string, list: readonly string[]): boolean {
  const lower = address.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf('@') + 1);
  return (
    lower.includes('@') && list.some((one) => one === lower || one === domain || domain.endsWith(`.${one}`))
  );
}

function unique(refused: readonly Refused[]): Refused[] {
  return [
    ...new Map(refused.map((one) => [`${one.reason} ${one.found} ${formatPlace(one.place)}`, one])).values(),
  ];
}

const KINDS: Readonly<Record<SourceKind, string>> = {
  'security-policy': 'the security policy names it',
  'meta-security': 'META names it for security',
  'security-section': 'a section on security names it',
  known: 'noted before',
  repository: "computed of the repository's address",
  'pause-owner': 'owner on PAUSE',
  'pause-uploader': 'uploaded the release',
  'pause-co-maintainer': 'co-maintainer on PAUSE',
  'meta-author': 'author in META',
  'meta-maintainer': 'maintainer in META',
  'author-section': 'a section on authors names it',
  'support-section': 'a section on bugs or support names it',
  bugtracker: 'bug tracker',
};

const FLAGS: Readonly<Record<Flag, string>> = {
  'look-alike': 'has letters that may look like others: compare it by hand before it is used',
  'spelled-out': 'spelled out for people',
  'cpan-forward': 'cpan.org forwards no mail since April 2026',
  'no-reply': 'nobody reads it',
  placeholder: 'out of a template',
  own: 'is the group itself',
  unproven: 'whether it is open is not known',
  open: 'the host says that it is open',
  closed: 'the host says that it is switched off',
};
