/** Who was told what and when, as a program and as a person read it. */
import type { CaseFile } from '../casefile/index.ts';
import { inForce } from '../disclosure/index.ts';
import { contactsOf, organisationOf } from '../organisations/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { type Notice, noticesOf } from './early-notice.ts';

export interface ProofLine extends Omit<Notice, 'organisation' | 'contact'> {
  readonly organisation: string;
  readonly kind: string;
  readonly contact: string;
  /** Of the agreement that they signed, and the day. */
  readonly agreement: { readonly version: string; readonly on: string } | null;
}

export interface Proof {
  readonly format: 'cpansec-early-notice/1';
  readonly case: string;
  readonly cve: string | null;
  readonly tlp: string;
  /** Null without an embargo in force. */
  readonly embargoEnd: string | null;
  /** When this was written. */
  readonly at: string;
  readonly notices: readonly ProofLine[];
}

export async function proofOf(tx: Transaction, vault: Vault, file: CaseFile): Promise<Proof> {
  const notices = (await noticesOf(tx, vault, file)).map((notice) => lineOf(tx, vault, file, notice));
  return {
    format: 'cpansec-early-notice/1',
    case: reference(file.id),
    cve: file.state.cve,
    tlp: file.tlp,
    embargoEnd: inForce(file.state) ? file.state.embargo.end : null,
    at: tx.now,
    notices: await Promise.all(notices),
  };
}

async function lineOf(
  tx: Transaction,
  vault: Vault,
  { state }: CaseFile,
  notice: Notice,
): Promise<ProofLine> {
  const { name, kind } = await organisationOf(tx, vault, notice.organisation);
  const contact = (await contactsOf(tx, vault, notice.organisation)).find(({ id }) => id === notice.contact);
  const signed = state.participants.find(({ id }) => id === notice.participant)?.agreement ?? null;
  return {
    ...notice,
    organisation: name,
    kind,
    contact: contact?.name ?? 'unknown',
    agreement:
      signed === null ? null : { version: signed.version, on: signed.signed ?? signed.at.slice(0, 10) },
  };
}

export function proofText({ case: id, cve, tlp, embargoEnd, at, notices }: Proof): string {
  const head = [
    `Early notice of the case ${id}${cve === null ? '' : `, ${cve}`}`,
    `Label:        ${tlp}`,
    `Embargo:      ${embargoEnd === null ? 'none in force' : `until ${embargoEnd}`}`,
    `Written:      ${at}`,
  ];
  return `${[head, ...notices.map(linesOf)].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function linesOf(line: ProofLine): string[] {
  const { organisation, contact, agreement, toldAt, acceptedAt, readAt, why, statement } = line;
  const said = statement === null ? 'nothing' : `${statement.status}, ${statement.at}`;
  return [
    `${organisation}, ${contact}`,
    `  agreement:  ${agreement === null ? 'not signed' : `version ${agreement.version}, ${agreement.on}`}`,
    `  told:       ${toldAt}${why === '' ? '' : `, outside of the usual time: ${why.replace(/\s+/g, ' ')}`}`,
    `  accepted:   ${acceptedAt ?? 'no'}`,
    `  read:       ${readAt ?? 'no'}`,
    `  says:       ${said}`,
  ];
}
