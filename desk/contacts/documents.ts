import { type Gathered, merged } from './contact.ts';
import { type ContactDocument, contactLines } from './sections.ts';
import { contactsInLine } from './text.ts';

/** What one document gives: a security policy whole, of POD and READMEs the sections that name people. */
export function contactsInDocument(document: ContactDocument): Gathered {
  const { lines, notes } = contactLines(document);
  const found = lines.map(({ line, text, kind }) =>
    contactsInLine(text, { kind, place: { file: document.path, line } }),
  );
  return merged([...found, { seen: [], refused: [], notes }]);
}
