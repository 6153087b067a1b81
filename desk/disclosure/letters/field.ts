/** What can stand in a letter: each field has a kind, each kind its bounds. */

import { isInstant } from '../instant.ts';
import { showInstant } from '../zone.ts';

interface Kind {
  /** In words, for refusals. */
  readonly wanted: string;
  /** Says something of the vulnerability itself: has no place in a letter without details. */
  readonly details: boolean;
  readonly fits: (value: string) => boolean;
}

/** Controls, and characters that hide text or turn its direction. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff\ufff9-\ufffb]/;
const oneLine =
  (most: number) =>
  (value: string): boolean =>
    value.trim() !== '' && value.length <= most && !UNSAFE.test(value);
const prose =
  (most: number) =>
  (value: string): boolean =>
    value.trim() !== '' && value.length <= most && !UNSAFE.test(value.replace(/[\n\t]/g, ' '));
const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

export type FieldKind =
  | 'reference'
  | 'cve'
  | 'distribution'
  | 'version'
  | 'instant'
  | 'link'
  | 'address'
  | 'tlp'
  | 'name'
  | 'clause'
  | 'title'
  | 'prose'
  | 'list'
  | 'patch';

export const KINDS: Readonly<Record<FieldKind, Kind>> = {
  reference: {
    wanted: 'the reference of a case',
    details: false,
    fits: matches(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?$/),
  },
  cve: { wanted: 'a CVE id', details: false, fits: matches(/^CVE-\d{4}-\d{4,19}$/) },
  distribution: {
    wanted: 'the name of a distribution',
    details: false,
    fits: matches(/^[A-Za-z0-9][\w.+-]{0,99}$/),
  },
  version: { wanted: 'a version', details: false, fits: matches(/^[A-Za-z0-9][\w.+-]{0,63}$/) },
  instant: { wanted: 'an instant in UTC', details: false, fits: isInstant },
  link: {
    wanted: 'an https address',
    details: false,
    // A desk that is tried out on this machine has no certificate.
    fits: matches(/^(?:https:\/\/|http:\/\/localhost[:/])[^\s<>"\u0000-\u001f\u007f-\uffff]{1,500}$/),
  },
  address: {
    wanted: 'an address of mail or of a page',
    details: false,
    fits: matches(/^[^\s<>"\u0000-\u001f\u007f-\uffff]{3,300}$/),
  },
  tlp: {
    wanted: 'a TLP label',
    details: false,
    fits: matches(/^TLP:(?:CLEAR|GREEN|AMBER(?:\+STRICT)?|RED)$/),
  },
  /** Of a person or a group. */
  name: { wanted: 'a name in one line', details: false, fits: oneLine(120) },
  /** Words of a table of ours, such as the reason of a ruling. */
  clause: { wanted: 'a sentence in one line', details: false, fits: oneLine(300) },
  title: { wanted: 'a title in one line', details: true, fits: oneLine(200) },
  // A line for each of as many as one publication has.
  list: { wanted: 'a list of at most 200,000 characters', details: true, fits: prose(200_000) },
  prose: { wanted: 'text of at most 20,000 characters', details: true, fits: prose(20_000) },
  /** Goes into the letter line by line as it is. */
  patch: { wanted: 'a patch of at most 200,000 characters', details: true, fits: prose(200_000) },
};

export interface Field {
  readonly kind: FieldKind;
  readonly optional?: true;
}

/** What is wrong with the fields of a letter: unknown, missing, or not of their kind. */
export function fieldProblems(
  fields: Readonly<Record<string, Field>>,
  given: Readonly<Record<string, string>>,
): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(fields, name));
  const problems = Object.entries(fields).flatMap(([name, { kind, optional }]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) return optional === true ? [] : [`${name} is missing: ${KINDS[kind].wanted}`];
    return KINDS[kind].fits(value) ? [] : [`${name} is not ${KINDS[kind].wanted}`];
  });
  return [...unknown.map((name) => `${name} is no field of this letter`), ...problems];
}

/** The value as it stands in a sentence: an instant in the reader's zone, beside UTC. */
export function showField(kind: FieldKind, value: string, zone: string): string {
  return kind === 'instant' ? showInstant(value, zone) : value.trim();
}
