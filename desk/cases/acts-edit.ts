/** Acts on what a case says of itself, apart from its state. */
import { changeCase } from '../casefile/index.ts';
import type { TlpLabel } from '../disclosure/index.ts';
import { WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf } from './case-of.ts';

export async function editCvss(by: By, cvss: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const severity = { ...file.content.severity, cvss };
  const now = await changeCase(by.tx, by.vault, file, { content: { severity } });
  await told(by, now, 'scored it', { cvss });
}

/** The label stands above every page of the case, in lists and before subjects of mail. */
export async function changeTlp(by: By, tlp: TlpLabel, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.tlp === tlp) throw new WebError('refused', `It is ${tlp} already.`);
  const now = await changeCase(by.tx, by.vault, file, { tlp });
  await told(by, now, `changed its label from ${file.tlp} to ${tlp}`, { why });
}
