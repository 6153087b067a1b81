/** What META says of people: authors, trackers, the repository, and `x_` keys that are in use. */
import type { Json, Place } from 'cpansec/base';
import type { Meta } from 'cpansec/cpan';
import { type Gathered, merged, type Seen, type SourceKind } from './contact.ts';
import { repositoryLinks } from './repository.ts';
import { contactsInLine, evidenceOf } from './text.ts';

const MAX_TEXTS = 200;
const MAX_TEXT = 2000;

/** `file` is META's name, for places. */
export function contactsInMeta(meta: Meta, file: string): Gathered {
  const texts = [...metaTexts(meta)];
  const found = texts.slice(0, MAX_TEXTS).map(({ text, path, kind }) => inText(text, kind, file, path));
  const { seen, refused, notes } = merged([
    ...found,
    { seen: inMetaRepository(meta, file), refused: [], notes: [] },
  ]);
  const beyond =
    texts.length > MAX_TEXTS ? [`${file}: only ${MAX_TEXTS} of ${texts.length} texts were looked at`] : [];
  return { seen, refused, notes: [...notes, ...beyond] };
}

/** A text with a control character could become headers of a mail: nothing of it is used. */
function inText(text: string, kind: SourceKind, file: string, path: string): Gathered {
  const place = { file, path };
  if (/\p{Cc}/u.test(text.replaceAll('\t', ' '))) {
    const refused = text.includes('@')
      ? [{ place, found: evidenceOf(text), reason: 'control' as const }]
      : [];
    return { seen: [], refused, notes: [] };
  }
  return contactsInLine(text.slice(0, MAX_TEXT), { kind, place });
}

interface MetaText {
  readonly text: string;
  readonly path: string;
  readonly kind: SourceKind;
}

function* metaTexts({ authors, resources, extra }: Meta): Generator<MetaText> {
  for (const [i, text] of authors.entries()) yield { text, path: `author[${i}]`, kind: 'meta-author' };
  const { web, mailto } = resources.bugtracker;
  if (web !== null) yield { text: web, path: 'resources.bugtracker.web', kind: 'bugtracker' };
  if (mailto !== null) yield { text: mailto, path: 'resources.bugtracker.mailto', kind: 'bugtracker' };
  for (const [from, members] of [['', extra] as const, ['resources.', resources.extra] as const]) {
    for (const [key, value] of Object.entries(members)) {
      const kind = kindOfKey(key);
      if (kind !== null) for (const text of textsIn(value)) yield { text, path: `${from}${key}`, kind };
    }
  }
}

function kindOfKey(key: string): SourceKind | null {
  if (/^x_.{0,20}security/i.test(key)) return 'meta-security';
  return /^x_(?:maintainers?|contact|support)$/i.test(key) ? 'meta-maintainer' : null;
}

/** A text, a list of them, or a map of them. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap((member) => (typeof member === 'string' ? [member] : []));
}

function inMetaRepository({ resources: { repository } }: Meta, file: string): Seen[] {
  const address = [repository.web, repository.url].find(
    (one) => one !== null && repositoryLinks(one) !== null,
  );
  return repositorySeen(address ?? '', { file, path: 'resources.repository' });
}

/** What can be computed of the address of a repository; nothing for a host that is not known. */
export function repositorySeen(address: string, place: Place): Seen[] {
  const links = repositoryLinks(address);
  if (links === null) return [];
  const base = {
    who: { name: null, pauseId: null },
    kind: 'repository' as const,
    place,
    evidence: evidenceOf(address),
  };
  const { privateReport, tracker, check } = links;
  const seen: Seen[] = [];
  if (privateReport !== null) {
    const asked = check === null ? {} : { check };
    seen.push({
      ...base,
      channel: 'private-report',
      address: privateReport,
      public: false,
      flags: ['unproven'],
      ...asked,
    });
  }
  if (tracker !== null)
    seen.push({ ...base, channel: 'tracker', address: tracker, public: true, flags: ['unproven'] });
  return seen;
}

/** PAUSE ids that META claims for its modules: `x_authority: cpan:JANE`. */
export function claimedId({ extra }: Meta): string | null {
  const value = extra.x_authority;
  return typeof value === 'string'
    ? (/^cpan:([A-Z][A-Z0-9-]{1,8})$/i.exec(value)?.[1]?.toUpperCase() ?? null)
    : null;
}
