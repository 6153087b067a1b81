/** Disputes of a case, and what has to become of its record, as a page and the API give them. */
import Type, { type TUnsafe } from 'typebox';
import { type CaseModel, caseOf, caseSchema } from '../cases/index.ts';
import type { Amendment, Dispute } from '../disclosure/index.ts';
import { readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';

export interface DisputesModel {
  readonly case: CaseModel;
  readonly disputes: readonly DisputeModel[];
  readonly amendments: readonly Amendment[];
  /** What the record says of it being disputed. */
  readonly disputed: { readonly on: string; readonly why: string } | null;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export interface DisputeModel extends Dispute {
  /** Of somebody who takes no part, for those who write to people from outside. */
  readonly name?: string;
  readonly address?: string | null;
}

const text = Type.String();
const when = Type.Union([Type.Null(), text]);
const SEEN: { seen: string[] } = { seen: ['coordinator', 'cna'] };

const schema = Type.Object({
  case: caseSchema,
  disputes: Type.Array(
    Type.Object({
      id: text,
      from: text,
      participant: when,
      person: when,
      name: Type.Optional(Type.String(SEEN)),
      address: Type.Optional(Type.Unsafe<string | null>({ ...when, ...SEEN })),
      claim: text,
      received: text,
      acknowledged: when,
      answered: when,
      ended: Type.Union([Type.Null(), Type.Object({ at: text, outcome: text, why: text })]),
    }),
  ),
  amendments: Type.Array(
    Type.Object({ id: text, kind: text, cve: when, why: text, since: text, done: when }),
  ),
  disputed: Type.Union([Type.Null(), Type.Object({ on: text, why: text })]),
  typed: Type.Record(text, text),
  problems: Type.Record(text, text),
});

export const disputesSchema: TUnsafe<DisputesModel> = Type.Unsafe<DisputesModel>(schema);

export async function disputesOf(tx: Transaction, vault: Vault, shown: CaseModel): Promise<DisputesModel> {
  const { facts, content } = await caseOf(tx, vault, shown.id);
  const disputes: DisputeModel[] = [];
  for (const dispute of facts.disputes) disputes.push(await withName(tx, vault, dispute));
  const { amendments } = facts;
  return { case: shown, disputes, amendments, disputed: content.disputed, typed: {}, problems: {} };
}

async function withName(tx: Transaction, vault: Vault, dispute: Dispute): Promise<DisputeModel> {
  if (dispute.person === null) return dispute;
  const person = await readPerson(tx, vault, dispute.person);
  return { ...dispute, name: person?.name ?? 'erased', address: person?.address ?? null };
}
