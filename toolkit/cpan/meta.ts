/**
 * META.json, META.yml, MYMETA.json and MYMETA.yml (CPAN::Meta::Spec 2 and 1.0 to 1.4), in one shape. What is
 * read is what CPAN::Meta 2.150010 makes of the same file after its own conversion to version 2, with two
 * differences: version numbers stay as they were written, and what it drops in silence is noted.
 *
 * - https://metacpan.org/pod/CPAN::Meta::Spec
 * - https://metacpan.org/pod/CPAN::Meta::History::Meta_1_4
 */
import { decodeLatin1, decodeUtf8, type Json, type Place, PlacedError, quoteFound } from '../base/index.ts';
import { readCpanYaml } from './cpan-yaml.ts';
import { CpanError } from './errors.ts';
import { asObject, asText, type JsonObject, memberOf, readJson } from './json-text.ts';
import { setMember } from './member.ts';
import { type MetaPrereq, prereqsOfVersion1, prereqsOfVersion2 } from './meta-prereqs.ts';

/** Largest META file, in bytes. */
export const MAX_META_LENGTH: number = 8 * 1024 * 1024;

export interface Meta {
  readonly name: string | null;
  /** As written, digits and all. */
  readonly version: string | null;
  readonly abstract: string | null;
  readonly authors: readonly string[];
  /** In the words of version 2 (`perl_5`, `artistic_2`, … `unknown`). Several are no statement of and or or. */
  readonly licenses: readonly string[];
  /** `2` or `1.0` to `1.4`; guessed as CPAN::Meta does where the file does not say. */
  readonly specVersion: string;
  /** True also where the file does not say: its requirements may change when it is configured. */
  readonly dynamicConfig: boolean;
  readonly releaseStatus: 'stable' | 'testing' | 'unstable';
  readonly generatedBy: string | null;
  readonly provides: Readonly<
    Record<string, { readonly file: string | null; readonly version: string | null }>
  >;
  /** Requirements outside features, in file order. */
  readonly prereqs: readonly MetaPrereq[];
  readonly optionalFeatures: readonly MetaFeature[];
  readonly resources: MetaResources;
  readonly noIndex: Readonly<Record<string, readonly string[]>>;
  /** Everything else at the top, `x_` or not, as it stands (numbers as text). */
  readonly extra: Readonly<JsonObject>;
  /** What was passed over or read otherwise than it was written. */
  readonly notes: readonly string[];
}

export interface MetaFeature {
  readonly id: string;
  readonly description: string | null;
  readonly prereqs: readonly MetaPrereq[];
}

export interface MetaResources {
  readonly licenses: readonly string[];
  readonly homepage: string | null;
  readonly bugtracker: { readonly web: string | null; readonly mailto: string | null };
  readonly repository: {
    readonly url: string | null;
    readonly web: string | null;
    readonly type: string | null;
  };
  /** `x_IRC` and the like, as they stand. */
  readonly extra: Readonly<JsonObject>;
}

/**
 * Reads a META file; `name` says whether it is JSON or YAML, else the content does. Throws {@link CpanError}
 * with the place: `meta-syntax`, `yaml-syntax`, `too-deep`, `too-large`.
 *
 * @example
 *   const meta = parseMeta(bytes, 'META.json');
 *   meta.prereqs[0]; // { phase: 'runtime', relationship: 'requires', module: 'perl', range: '5.006', … }
 */
export function parseMeta(bytes: Uint8Array, name = 'META'): Meta {
  if (bytes.length > MAX_META_LENGTH) {
    throw new CpanError('too-large', `${bytes.length} bytes, at most ${MAX_META_LENGTH}`, { file: name });
  }
  const data = readData(bytes, name);
  if (data === null || typeof data !== 'object' || Array.isArray(data)) {
    throw new CpanError('meta-syntax', `expected a map, found ${quoteFound(data)}`, { file: name });
  }
  return normalize(data);
}

/** JSON must be UTF-8; META.yml of old releases is often Latin-1, and YAML::Tiny took it. */
function readData(bytes: Uint8Array, name: string): Json {
  const json = isJson(bytes, name);
  try {
    const text = json ? decodeUtf8(bytes, name) : decodeEither(bytes);
    return json ? readJson(text, 'meta-syntax', name) : readCpanYaml(text, name);
  } catch (cause) {
    if (cause instanceof CpanError || !(cause instanceof PlacedError)) throw cause;
    const place: Place = cause.place;
    throw new CpanError('meta-syntax', cause.problem, place, { cause });
  }
}

function isJson(bytes: Uint8Array, name: string): boolean {
  const first = bytes.find((byte) => byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
  if (/\.json$/i.test(name)) return true;
  // JSON in a META.yml is YAML too, but tells more when it is broken.
  return first === 0x7b;
}

function decodeEither(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    return decodeLatin1(bytes);
  }
}

const KNOWN = new Set(
  `abstract author build_requires configure_requires conflicts dynamic_config generated_by license meta-spec name
  no_index optional_features prereqs private provides recommends release_status requires resources version`.split(
    /\s+/,
  ),
);

function normalize(data: JsonObject): Meta {
  const notes: string[] = [];
  const specVersion = specVersionOf(data);
  const version = versionOf(memberOf(data, 'version'));
  const isSecond = specVersion === '2';
  return {
    name: asText(memberOf(data, 'name')),
    version,
    abstract: asText(memberOf(data, 'abstract')),
    authors: texts(memberOf(data, 'author')),
    licenses: licensesOf(memberOf(data, 'license')),
    specVersion,
    dynamicConfig: isTrue(memberOf(data, 'dynamic_config') ?? '1'),
    releaseStatus: releaseStatusOf(memberOf(data, 'release_status'), version),
    generatedBy: asText(memberOf(data, 'generated_by')),
    provides: providesOf(memberOf(data, 'provides')),
    prereqs: isSecond ? prereqsOfVersion2(memberOf(data, 'prereqs'), notes) : prereqsOfVersion1(data, notes),
    optionalFeatures: featuresOf(memberOf(data, 'optional_features'), isSecond, notes),
    resources: resourcesOf(asObject(memberOf(data, 'resources')), isSecond),
    noIndex: noIndexOf(memberOf(data, 'no_index') ?? memberOf(data, 'private')),
    extra: without(data, KNOWN),
    notes,
  };
}

/** CPAN::Meta::Converter, _extract_spec_version. */
function specVersionOf(data: JsonObject): string {
  const spec = memberOf(data, 'meta-spec');
  if (spec === undefined || spec === null || typeof spec !== 'object' || Array.isArray(spec)) return '1.0';
  const version = asText(memberOf(spec, 'version')) ?? '';
  if (/^\d+(?:\.\d+)?$/.test(version)) {
    const known = ['1.0', '1.1', '1.2', '1.3', '1.4', '2'].find(
      (candidate) => Number(candidate) === Number(version),
    );
    if (known !== undefined) return known;
  }
  if (memberOf(data, 'prereqs') !== undefined) return '2';
  return memberOf(data, 'configure_requires') === undefined ? '1.2' : '1.4';
}

/** YAML.pm once wrote whole version objects. */
function versionOf(value: Json | undefined): string | null {
  const object = asObject(value);
  return asText(memberOf(object, 'original') ?? value);
}

/** CPAN::Meta::Converter, the words of version 1 in those of version 2. */
const LICENSES: ReadonlyMap<string, string> = new Map([
  ...`agpl_3 apache_1_1 apache_2_0 artistic_1 artistic_2 bsd freebsd gfdl_1_2 gfdl_1_3 gpl_1 gpl_2 gpl_3 lgpl_2_1
  lgpl_3_0 mit mozilla_1_0 mozilla_1_1 openssl perl_5 qpl_1_0 ssleay sun zlib open_source restricted unrestricted
  unknown`
    .split(/\s+/)
    .map((word): [string, string] => [word, word]),
  ['apache', 'apache_2_0'],
  ['artistic', 'artistic_1'],
  ['artistic2', 'artistic_2'],
  ['gpl', 'open_source'],
  ['lgpl', 'open_source'],
  ['mozilla', 'open_source'],
  ['perl', 'perl_5'],
  ['restrictive', 'restricted'],
]);

function licensesOf(value: Json | undefined): string[] {
  const words = texts(value).flatMap((word) => LICENSES.get(word.toLowerCase()) ?? []);
  return words.length === 0 ? ['unknown'] : words;
}

function releaseStatusOf(value: Json | undefined, version: string | null): Meta['releaseStatus'] {
  if (value === 'stable' || value === 'testing' || value === 'unstable') return value;
  return version?.includes('_') === true ? 'testing' : 'stable';
}

function providesOf(value: Json | undefined): Meta['provides'] {
  const provides: Record<string, { file: string | null; version: string | null }> = {};
  for (const [module, entry] of Object.entries(asObject(value))) {
    const { file, version } = asObject(entry);
    const written = versionOf(version);
    setMember(provides, module, { file: asText(file), version: written === 'undef' ? null : written });
  }
  return provides;
}

/** Version 1.x had features as a list of one-entry maps first, then as a map. */
function featuresOf(value: Json | undefined, isSecond: boolean, notes: string[]): MetaFeature[] {
  const maps = Array.isArray(value) ? value : [value];
  return maps.flatMap((map) =>
    Object.entries(asObject(map)).map(([id, feature]) => {
      const content = asObject(feature);
      const prereqs = isSecond
        ? prereqsOfVersion2(memberOf(content, 'prereqs'), notes)
        : prereqsOfVersion1(content, notes).filter(({ phase }) => phase !== 'configure');
      return { id, description: asText(memberOf(content, 'description')), prereqs };
    }),
  );
}

const RESOURCES = new Set(['license', 'homepage', 'bugtracker', 'repository']);

function resourcesOf(value: JsonObject, isSecond: boolean): MetaResources {
  const bugtracker = memberOf(value, 'bugtracker');
  const repository = memberOf(value, 'repository');
  return {
    licenses: texts(memberOf(value, 'license')),
    homepage: asText(memberOf(value, 'homepage')),
    bugtracker:
      isSecond || typeof bugtracker !== 'string' ? trackerOf(asObject(bugtracker)) : trackerAt(bugtracker),
    repository:
      isSecond || typeof repository !== 'string'
        ? repositoryOf(asObject(repository))
        : { url: repository, web: null, type: null },
    extra: without(value, RESOURCES),
  };
}

function trackerOf(value: JsonObject): MetaResources['bugtracker'] {
  return { web: asText(memberOf(value, 'web')), mailto: asText(memberOf(value, 'mailto')) };
}

function trackerAt(url: string): MetaResources['bugtracker'] {
  return url.startsWith('mailto:') ? { web: null, mailto: url.slice(7) } : { web: url, mailto: null };
}

function repositoryOf(value: JsonObject): MetaResources['repository'] {
  return {
    url: asText(memberOf(value, 'url')),
    web: asText(memberOf(value, 'web')),
    type: asText(memberOf(value, 'type')),
  };
}

const NO_INDEX_NAMES: ReadonlyMap<string, string> = new Map([
  ['dir', 'directory'],
  ['files', 'file'],
  ['modules', 'module'],
]);

function noIndexOf(value: Json | undefined): Meta['noIndex'] {
  const noIndex: Record<string, string[]> = {};
  if (value === undefined || value === null) return noIndex;
  if (typeof value !== 'object' || Array.isArray(value))
    return { file: texts(value), directory: texts(value) };
  for (const [key, list] of Object.entries(value))
    setMember(noIndex, NO_INDEX_NAMES.get(key) ?? key, texts(list));
  return noIndex;
}

function without(data: JsonObject, known: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !known.has(key)));
}

/** One text or a list of them. */
function texts(value: Json | undefined): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === 'string');
}

/** Truth as perl sees it. */
function isTrue(value: Json): boolean {
  return value !== null && value !== false && value !== '' && value !== '0';
}
