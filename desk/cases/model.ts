/** From a case to what its page and the API give. */
import { formatPlace } from 'cpansec/base';
import { policyOf, TEAM } from '../casefile/index.ts';
import { type Audience, audiencesOf } from '../disclosure/index.ts';
import { reference, threadOf } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import type { CaseModel, ContactsModel, ParticipantModel } from './case-model.ts';
import type { CaseContacts } from './contacts.ts';
import { cveYear } from './cve-acts.ts';
import type { CasePerson } from './names.ts';
import { signedOf } from './part.ts';
import { signedWords } from './signed-words.ts';
import { ssvcLine } from './ssvc-line.ts';
import { viewOf } from './view.ts';

export async function caseModel(
  tx: Transaction,
  vault: Vault,
  id: string,
  member: string,
): Promise<CaseModel> {
  const { file, people, ...view } = await viewOf(tx, vault, id, member);
  const { content, facts, state } = file;
  const { triage } = await policyOf(tx);
  return {
    id,
    reference: view.reference,
    revision: file.revision,
    kind: file.kind,
    phase: state.phase,
    outcome: state.outcome,
    tlp: file.tlp,
    restricted: file.restricted,
    openedAt: file.openedAt,
    mergedInto: file.mergedInto,
    cve: state.cve,
    cveYear: cveYear(file),
    title: content.title,
    distribution: content.distribution,
    modules: content.modules,
    summary: content.summary,
    labels: content.labels,
    weaknesses: content.weaknesses,
    cvss: content.severity.cvss,
    ssvc: content.ssvc.map(ssvcLine),
    assigned: content.assigned,
    products: content.products,
    references: content.references,
    affected: content.affected,
    after: {
      disputes: facts.disputes.filter(({ ended }) => ended === null).length,
      amendments: facts.amendments.filter(({ done }) => done === null).length,
    },
    embargo: {
      state: state.embargo.em,
      end: state.embargo.end,
      proposals: state.embargo.proposals.map(({ id: proposal, end, why, participant }) => ({
        id: proposal,
        end,
        why,
        own: participant === TEAM,
      })),
    },
    public: state.pxa,
    clocks: view.clocks,
    needs: view.needs,
    votes: { ...view.votes, needed: triage.votes },
    tasks: view.tasks,
    timeline: view.timeline,
    audiences: [
      ...audiencesOf(state).map((audience) => ({ name: audienceName(audience), label: labelOf(audience) })),
      ...view.merged.map((one) => ({ name: threadOf(one), label: `The reporter of ${reference(one)}` })),
    ],
    participants: people.map((person) => participantModel(person, state)),
    members: view.members,
    files: view.files.map(({ id: fileId, name, size, sha256, audience }) => ({
      id: fileId,
      name,
      size,
      sha256,
      audience,
    })),
    contacts: view.contacts === null ? null : contactsModel(view.contacts),
    asking: view.asking,
    alike: view.alike,
  };
}

function contactsModel({ contacts, refused, ...found }: CaseContacts): ContactsModel {
  return {
    ...found,
    contacts: contacts.map(({ who, sources, ...contact }) => ({
      ...contact,
      who: [who.name, who.pauseId].filter((part) => part !== null).join(', '),
      sources: sources.map(({ place, evidence }) => ({ place: formatPlace(place), evidence })),
    })),
    refused: refused.map((one) => ({ ...one, place: formatPlace(one.place) })),
  };
}

type State = Parameters<typeof audiencesOf>[0];

function participantModel(
  { id, name, role, party, agreedAt }: CasePerson,
  { participants }: State,
): ParticipantModel {
  const found = participants.find((one) => one.id === id);
  const signed = found === undefined ? null : signedOf(found);
  return {
    id,
    ...(role === 'reporter' ? {} : { name }),
    role,
    party,
    rm: found?.rm ?? 'START',
    consent: found?.pec ?? 'NO_EMBARGO',
    fix: found?.vfd ?? null,
    agreedAt,
    signed: signed === null ? '' : signedWords(signed),
  };
}

/** As entries carry it. */
export function audienceName(audience: Audience): string {
  return audience.kind === 'maintainers' ? `maintainers:${audience.party}` : audience.kind;
}

function labelOf(audience: Audience): string {
  switch (audience.kind) {
    case 'team':
      return 'The team alone';
    case 'reporter':
      return 'The reporter';
    case 'maintainers':
      return `Maintainers (${audience.party.slice(0, 4)})`;
    case 'participants':
      return 'Others who were asked in';
    case 'distributors':
      return 'Distributors';
  }
}
