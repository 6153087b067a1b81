/** What a publisher configures: one JSON file. */
import { readFileSync } from 'node:fs';
import {
  array,
  BytesError,
  decodeUtf8,
  instant,
  JsonError,
  matching,
  object,
  oneOf,
  optional,
  parseJson,
  type Shape,
  ShapeError,
  string,
} from 'cpansec/base';
import { ioError } from 'cpansec/io';
import { PublishError } from './errors.ts';

const address: Shape<string> = matching(
  /^https?:\/\/[^\s/?#]+(?:\/[\w.~-]+)*$/,
  'an address without a slash at its end',
);

export interface PublishConfig {
  format: 'cpansec-publisher/1';
  /** Name of the site. */
  name: string;
  /** Address of its top. */
  base: string;
  publisher: {
    name: string;
    /** Whom CSAF names as the publisher: an address of theirs. */
    namespace: string;
    category: 'coordinator' | 'discoverer' | 'other' | 'translator' | 'user' | 'vendor';
    /** How to reach them, in words. */
    contact: string;
  };
  /** What `/.well-known/security.txt` says (RFC 9116). */
  security: {
    contact: string[];
    /** RFC 3339 UTC to the second. */
    expires: string;
    policy?: string | undefined;
    acknowledgments?: string | undefined;
    /** Address of a key to encrypt reports with. */
    encryption?: string | undefined;
  };
  /** Of the data, in words or as an SPDX expression. */
  licence: string;
  /** Of the CNA, for CVE records; without it none are written. */
  cna?: { orgId: string; shortName: string } | undefined;
}

const configShape: Shape<PublishConfig> = object({
  format: oneOf('cpansec-publisher/1'),
  name: string,
  base: address,
  publisher: object({
    name: string,
    namespace: address,
    category: oneOf('coordinator', 'discoverer', 'other', 'translator', 'user', 'vendor'),
    contact: string,
  }),
  security: object({
    contact: array(string),
    expires: instant,
    policy: optional(string),
    acknowledgments: optional(string),
    encryption: optional(string),
  }),
  licence: string,
  cna: optional(object({ orgId: string, shortName: string })),
});

const MAX_LENGTH = 256 * 1024;

/** Throws `config` with the file and the place. */
export function readConfig(path: string): PublishConfig {
  try {
    return configShape(parseJson(decodeUtf8(new Uint8Array(readFileSync(path))), { maxLength: MAX_LENGTH }));
  } catch (cause) {
    if (cause instanceof BytesError || cause instanceof JsonError || cause instanceof ShapeError)
      throw new PublishError('config', cause.problem, { ...cause.place, file: path }, { cause });
    throw new PublishError('config', ioError(cause, 'read', path).problem, { file: path }, { cause });
  }
}

/** In milliseconds: `security.txt` is signed so long before it expires. */
export const SECURITY_PERIOD: number = 365 * 86_400_000;

/** Throws `config` where `security.txt` expires later than a year from now: its signature would be of the future. */
export function checkExpiry({ security }: PublishConfig, now: string): void {
  if (Date.parse(security.expires) - SECURITY_PERIOD <= Date.parse(now)) return;
  throw new PublishError('config', 'more than a year ahead; RFC 9116 asks for less', {
    path: 'security.expires',
  });
}
