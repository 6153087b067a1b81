/**
 * `authors/RECENT-*.json` and `.yaml` (File::Rsync::Mirror::Recentfile): what was added and deleted lately,
 * newest first. Before 2009 the file was the bare list.
 */
import { type Json, quoteFound } from '../base/index.ts';
import { readCpanYaml } from './cpan-yaml.ts';
import { CpanError } from './errors.ts';
import { asObject, asText, type JsonObject, memberOf, readJson } from './json-text.ts';

export interface RecentEvent {
  /** Seconds since 1970, with the digits as written: they have more of them than a number can hold. */
  readonly epoch: string;
  /** Below `authors/id/`. */
  readonly path: string;
  readonly type: 'new' | 'delete';
}

export interface Recent {
  readonly events: readonly RecentEvent[];
  /** `interval`, `minmax`, `aggregator` …; empty for the bare list. */
  readonly meta: Readonly<JsonObject>;
}

/** Reads a RECENT file; `name` says whether it is JSON. Throws `index-syntax`, `yaml-syntax`, `too-large`. */
export function parseRecent(text: string, name = 'RECENT.yaml'): Recent {
  const isJson = /\.json$/i.test(name) || /^\s*[[{]/.test(text.slice(0, 1000));
  const data: Json = isJson ? readJson(text, 'index-syntax', name) : readCpanYaml(text, name);
  const list = Array.isArray(data) ? data : memberOf(asObject(data), 'recent');
  if (!Array.isArray(list)) {
    throw new CpanError('index-syntax', `expected a list of events, found ${quoteFound(list ?? null)}`, {
      file: name,
    });
  }
  const meta = Array.isArray(data) ? {} : asObject(memberOf(asObject(data), 'meta'));
  return { events: list.map((event, i) => readEvent(event, `recent[${i}]`, name)), meta };
}

function readEvent(value: Json, path: string, file: string): RecentEvent {
  const event = asObject(value);
  const epoch = asText(memberOf(event, 'epoch'));
  const where = asText(memberOf(event, 'path'));
  const type = memberOf(event, 'type');
  if (
    epoch === null ||
    !/^\d{1,20}(?:\.\d{1,40})?$/.test(epoch) ||
    where === null ||
    (type !== 'new' && type !== 'delete')
  ) {
    throw new CpanError('index-syntax', `expected an event, found ${quoteFound(value)}`, { file, path });
  }
  return { epoch, path: where, type };
}
