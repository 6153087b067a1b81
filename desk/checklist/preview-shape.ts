/** What a publication would send out, word by word: what one person prepares, another approves, and is then done. */
import {
  anything,
  array,
  canonicalJson,
  encodeUtf8,
  type Json,
  nullable,
  object,
  type Shape,
  string,
  toHex,
  whole,
} from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';

/** One vulnerability of it. */
export interface PreviewItem {
  readonly caseId: string;
  /** Of the record, `CPANSA-…`. */
  readonly id: string;
  /** The record as it would stand in the published store. */
  readonly record: string;
  /** The revision of the store that it comes after; null where the store has none. */
  readonly after: number | null;
  /** What CVE Services get; null where the desk has none, or the case no id. */
  readonly cve: { readonly id: string; readonly container: Json } | null;
}

export interface PreviewPatch {
  readonly caseId: string;
  readonly file: string;
  readonly distribution: string;
  readonly version: string;
  /** The CVE id under which it stands. */
  readonly advisory: string;
  readonly sha256: string;
}

/** A text, and to whom it goes. */
export interface PreviewText {
  /** `announcement`, `post:NETWORK`, `maintainer:CASE`. */
  readonly key: string;
  /** Name of the text, of `desk/texts`. */
  readonly name: string;
  /** The address of a list, the name of a network, or participants of the case. */
  readonly to: readonly string[];
  readonly caseId: string | null;
  readonly subject: string | null;
  readonly text: string;
}

export interface Preview {
  readonly purpose: string;
  readonly why: string;
  /** Not before this instant, where somebody wished that. */
  readonly notBefore: string | null;
  /** Kinds of steps, with whom they are for. */
  readonly steps: readonly string[];
  readonly items: readonly PreviewItem[];
  readonly patches: readonly PreviewPatch[];
  readonly texts: readonly PreviewText[];
}

export const previewShape: Shape<Preview> = object({
  purpose: string,
  why: string,
  notBefore: nullable(string),
  steps: array(string),
  items: array(
    object({
      caseId: string,
      id: string,
      record: string,
      after: nullable(whole(1, Number.MAX_SAFE_INTEGER)),
      cve: nullable(object({ id: string, container: anything as Shape<Json> })), // JSON inside JSON
    }),
  ),
  patches: array(
    object({
      caseId: string,
      file: string,
      distribution: string,
      version: string,
      advisory: string,
      sha256: string,
    }),
  ),
  texts: array(
    object({
      key: string,
      name: string,
      to: array(string),
      caseId: nullable(string),
      subject: nullable(string),
      text: string,
    }),
  ),
});

/** SHA-256 of all of it, hex: two previews of one digest send out the same bytes. */
export function digestOf(preview: Preview): string {
  return toHex(nodeSha256(encodeUtf8(canonicalJson(preview))));
}
