/** Acts on what a case says of itself, apart from its state. */
import { changeCase, instantOf, type SsvcAssessment } from '../casefile/index.ts';
import type { TlpLabel } from '../disclosure/index.ts';
import { WebError } from '../web/index.ts';
import { type By, told } from './by.ts';
import { caseOf } from './case-of.ts';
import { ssvcLine } from './ssvc-line.ts';

export async function editCvss(by: By, cvss: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const severity = { ...file.content.severity, cvss };
  const now = await changeCase(by.tx, by.vault, file, { content: { severity } });
  await told(by, now, 'scored it', { cvss });
}

/** In place of what was said of the same table; without a single answer nothing is said of it any more. */
export async function editSsvc(by: By, assessment: Omit<SsvcAssessment, 'at'>): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const { table, answers, published } = assessment;
  const others = file.content.ssvc.filter((one) => one.table !== table);
  const said = Object.keys(answers).length === 0 ? [] : [{ ...assessment, at: instantOf(by.tx) }];
  const now = await changeCase(by.tx, by.vault, file, { content: { ssvc: [...others, ...said] } });
  const [one] = said.map(ssvcLine);
  await told(by, now, 'decided by SSVC', { ssvc: one?.vector ?? null, published });
}

/** The label stands above every page of the case, in lists and before subjects of mail. */
export async function changeTlp(by: By, tlp: TlpLabel, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.tlp === tlp) throw new WebError('refused', `It is ${tlp} already.`);
  const now = await changeCase(by.tx, by.vault, file, { tlp });
  await told(by, now, `changed its label from ${file.tlp} to ${tlp}`, { why });
}
