/** Text and attachments of a structure: of alternatives the plain one. */
import { attachmentOf, isText, type ReadAttachment, textOf } from './leaf.ts';
import type { MailLimits } from './limits.ts';
import type { Part } from './mime.ts';

export interface Content {
  readonly text: string;
  readonly attachments: readonly ReadAttachment[];
}

/** Adds to `problems` what was beyond a bound or could not be decoded. */
export async function contentOf(root: Part, limits: MailLimits, problems: Set<string>): Promise<Content> {
  const texts: string[] = [];
  const attachments: ReadAttachment[] = [];
  let room = limits.text;
  let attached = 0;
  for (const part of leavesOf(root)) {
    if (isText(part)) {
      const { text, cut } = await textOf(part, room).catch(() => ({ text: '', cut: true }));
      if (cut) problems.add('text-cut');
      room -= text.length;
      texts.push(text);
    } else if (attachments.length >= limits.attachments) problems.add('too-many-attachments');
    else {
      const attachment = await attachmentOf(part, attachments.length + 1).catch(() => null);
      attached += attachment?.bytes.length ?? 0;
      if (attachment === null) problems.add('attachment-unreadable');
      else if (attached > limits.attached) problems.add('attachments-too-large');
      else attachments.push(attachment);
    }
  }
  return { text: texts.filter((text) => text.trim() !== '').join('\n'), attachments };
}

/** Parts without parts, in order; of alternatives the text that was not chosen is left out. */
function* leavesOf(part: Part): Generator<Part> {
  if (part.children.length === 0) {
    if (!part.type.startsWith('multipart/') || part.body.length > 0) yield part;
    return;
  }
  const chosen = part.type === 'multipart/alternative' ? chosenOf(part) : null;
  for (const child of part.children)
    for (const leaf of leavesOf(child)) if (chosen === null || child === chosen || !isText(leaf)) yield leaf;
}

function chosenOf({ children }: Part): Part | null {
  const having = (type: string) => children.find((child) => hasText(child, type));
  return having('text/plain') ?? having('text/html') ?? null;
}

function hasText(part: Part, type: string): boolean {
  if (part.children.length > 0) return part.children.some((child) => hasText(child, type));
  return part.type === type && isText(part);
}
