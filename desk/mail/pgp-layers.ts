/** The protections around a mail's content: PGP/MIME (RFC 3156) from the outside in, then OpenPGP within text. */
import type { HeaderSection } from './header-section.ts';
import type { DeskKey, PublicKey } from './keys.ts';
import { decodeBody, plainText } from './leaf.ts';
import type { MailLimits } from './limits.ts';
import { type Part, readStructure } from './mime.ts';
import type { AskSigners, Opened, PgpTask, Signature } from './pgp-open.ts';
import { openInThread } from './pgp-thread.ts';

/** `unreadable` is all that is ever said of a mail that could not be decrypted. */
export type Encryption =
  | { readonly kind: 'none' }
  | { readonly kind: 'pgp'; readonly key: string | null }
  | { readonly kind: 'unreadable' };

/** What opening needs. */
export interface OpenOps {
  readonly at: string;
  readonly deskKeys: readonly DeskKey[];
  signersOf(keyIds: readonly string[]): Promise<readonly PublicKey[]>;
  readonly limits: MailLimits;
}

export interface Layers {
  /** What is inside of all of them. */
  readonly content: Part;
  readonly encrypted: Encryption;
  readonly signature: Signature;
  /** The header of the content where a layer protects it (RFC 9788). */
  readonly protectedHeader: HeaderSection | null;
}

/** A signature around an encryption around a signature; nobody writes more. */
const MAX_LAYERS = 3;

/** Opens the layers that stand at the root: a part beside others is never decrypted, so that nothing is mixed. */
export async function openLayers(root: Part, ops: OpenOps, problems: Set<string>): Promise<Layers> {
  let layers: Layers = {
    content: root,
    encrypted: { kind: 'none' },
    signature: { kind: 'none' },
    protectedHeader: null,
  };
  for (let count = 0; count < MAX_LAYERS; count++) {
    const next = await openLayer(layers, ops, problems);
    if (next === null) break;
    layers = next;
  }
  return layers;
}

async function openLayer(layers: Layers, ops: OpenOps, problems: Set<string>): Promise<Layers | null> {
  const sealed = sealedPart(layers.content);
  if (sealed !== null && layers.encrypted.kind === 'none') {
    const opened = await open(messageTask(decodeBody(sealed), ops), ops);
    if (opened === null || opened.bytes === null || !opened.encrypted)
      return { ...layers, encrypted: { kind: 'unreadable' }, content: emptied(layers.content) };
    const content = readStructure(opened.bytes, ops.limits, problems);
    return {
      content,
      encrypted: { kind: 'pgp', key: opened.key },
      signature: both(layers.signature, opened.signature),
      protectedHeader: protectedOf(content) ?? layers.protectedHeader,
    };
  }
  const [signed, detached] = layers.content.children;
  if (layers.content.type !== 'multipart/signed' || signed === undefined || detached === undefined)
    return null;
  if (detached.type !== 'application/pgp-signature') return null;
  const task: PgpTask = {
    kind: 'detached',
    signed: canonical(signed.bytes),
    signature: decodeBody(detached),
  };
  const signature = (await open(task, ops))?.signature ?? { kind: 'bad' };
  return {
    ...layers,
    content: signed,
    signature: both(layers.signature, signature),
    protectedHeader: (signature.kind === 'good' ? protectedOf(signed) : null) ?? layers.protectedHeader,
  };
}

/** A bad one anywhere is bad; otherwise the inner one counts. */
function both(outer: Signature, inner: Signature): Signature {
  return outer.kind === 'bad' || inner.kind === 'none' ? outer : inner;
}

/** The older mark is that of the draft which RFC 9788 became. */
function protectedOf({ header, params }: Part): HeaderSection | null {
  return params.has('hp') || params.get('protected-headers') === 'v1' ? header : null;
}

export interface Inline {
  readonly text: string;
  readonly encrypted: Encryption;
  readonly signature: Signature;
}

const BLOCK = /-----BEGIN PGP (SIGNED MESSAGE|MESSAGE)-----[\s\S]*?\n-----END PGP (?:SIGNATURE|MESSAGE)-----/;

/** The first OpenPGP block within the text, where no layer stands around. */
export async function openInline(
  text: string,
  { encrypted, signature }: Layers,
  ops: OpenOps,
  problems: Set<string>,
): Promise<Inline> {
  const block = encrypted.kind === 'none' && signature.kind === 'none' ? BLOCK.exec(text) : null;
  if (block === null) return { text, encrypted, signature };
  const [armored, kind] = block;
  const around = [text.slice(0, block.index), text.slice(block.index + armored.length)] as const;
  const whole = around.every((part) => part.trim() === '');
  if (!whole) problems.add('partly-protected');
  const task: PgpTask =
    kind === 'MESSAGE'
      ? messageTask(new TextEncoder().encode(armored), ops)
      : { kind: 'cleartext', text: armored };
  const opened = await open(task, ops);
  return inlineOf(opened, { kind, text, around, whole });
}

interface Found {
  readonly kind: string | undefined;
  readonly text: string;
  readonly around: readonly [before: string, after: string];
  readonly whole: boolean;
}

function inlineOf(opened: Opened | null, { kind, text, around: [before, after], whole }: Found): Inline {
  if (opened === null || opened.bytes === null)
    return kind === 'MESSAGE'
      ? { text: '', encrypted: { kind: 'unreadable' }, signature: { kind: 'none' } }
      : { text, encrypted: { kind: 'none' }, signature: { kind: 'bad' } };
  return {
    text: `${before}${plainText(decodeText(opened.bytes))}${after}`,
    encrypted: opened.encrypted ? { kind: 'pgp', key: opened.key } : { kind: 'none' },
    signature: whole || opened.signature.kind === 'bad' ? opened.signature : { kind: 'none' },
  };
}

function open(task: PgpTask, { at, limits, signersOf }: OpenOps): Promise<Opened | null> {
  const ask: AskSigners = async (keyIds) => (await signersOf(keyIds)).map(({ armored }) => armored);
  const bounds = { at, decrypted: limits.decrypted, packets: limits.packets };
  return openInThread({ task, bounds }, limits.openpgpTime, ask);
}

function messageTask(message: Uint8Array, { deskKeys }: OpenOps): PgpTask {
  return { kind: 'message', message, deskKeys: deskKeys.map(({ key }) => key.armor()) };
}

/** RFC 3156, section 4; and the form that some servers make of it, the same two parts after an empty text. */
function sealedPart({ type, children }: Part): Part | null {
  if (type !== 'multipart/encrypted' && type !== 'multipart/mixed') return null;
  const [first, second, third] = children;
  const [version, sealed] = type === 'multipart/mixed' ? [second, third] : [first, second];
  if (children.length !== (type === 'multipart/mixed' ? 3 : 2)) return null;
  if (version?.type !== 'application/pgp-encrypted' || sealed === undefined) return null;
  return sealed;
}

/** Lines end with CRLF in what is signed (RFC 3156, section 5), however the mail was kept. */
function canonical(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return new Uint8Array(Buffer.from(text.replaceAll(/\r?\n/g, '\r\n'), 'latin1'));
}

function emptied(part: Part): Part {
  return { ...part, children: [], body: new Uint8Array(0), bytes: new Uint8Array(0), type: 'text/plain' };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
