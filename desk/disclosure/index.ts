/**
 * disclosure: how a vulnerability is coordinated, as rules over plain data. No database, no clock, no network:
 * instants are arguments, and what has to be done comes back as effects.
 *
 * Words: a *participant* is somebody in a case; an *embargo* is what they agree to keep to themselves until an
 * instant; to *refuse* an event is to leave everything as it was and say why.
 *
 * The machines are those of Vultron, https://certcc.github.io/Vultron/
 *
 * @example
 *   const opened = openCase({ ref: 'k7mq-2f', at: '2026-11-02T09:00:00Z', owner: 'team', reporter: null });
 *   apply(opened, { type: 'phase', step: 'COORDINATE', at: '2026-11-02T10:00:00Z', by: 'm1' });
 *   // { refused: 'the group accepts the report first; it is RECEIVED' }
 */
export {
  type Abandonment,
  type Answer,
  abandonmentOf,
  type Condition,
  type MailSigns,
  type Signs,
  type Trace,
} from './abandonment.ts';
export { type Applied, apply } from './apply.ts';
export { type Audience, audiencesOf, canSee } from './audiences.ts';
export { addPeriod, type Calendar, endOfDay, isBusinessDay } from './calendar.ts';
export {
  type Amendment,
  type CaseFacts,
  type Containment,
  caseFacts,
  DISPUTE_OUTCOMES,
  DISPUTERS,
  type Dispute,
  type DisputeOutcome,
  type Disputer,
  type Downstream,
  newFacts,
} from './case-facts.ts';
export {
  type Agreement,
  type CaseState,
  caseFaults,
  decodeCaseState,
  type Embargo,
  type EmbargoEnd,
  inForce,
  isPublic,
  needsAgreement,
  type Opening,
  type Outcome,
  openCase,
  type Participant,
  type Proposal,
  type Role,
} from './case-state.ts';
export { CLOCK_WORDS, type Clock, type ClockKind, deadlines } from './deadlines.ts';
export { DisclosureError, type DisclosureErrorCode } from './errors.ts';
export type { CaseEvent, Effect, NoticeAbout } from './events.ts';
export {
  type Facet,
  fingerprint,
  judgeSimilarity,
  keyedTokens,
  matchNonFindings,
  type NonFinding,
  type ReportFacets,
  type Similarity,
  similarity,
} from './fingerprint.ts';
export {
  type ExtensionAnswer,
  type ExtensionAsked,
  endAfter,
  extension,
  type Hold,
  type HoldFacts,
  plannedHold,
} from './hold.ts';
export type { Instant } from './instant.ts';
export { agreementText } from './letters/agreement.ts';
export { type Field, type FieldKind, fieldProblems } from './letters/field.ts';
export {
  LETTERS,
  type LetterName,
  type LetterOptions,
  letter,
  letterProblems,
  type Written,
} from './letters/letter.ts';
export { plainProse } from './letters/plain.ts';
export type { Letter } from './letters/table.ts';
export {
  type Block,
  blockProblems,
  fill,
  placeholdersOf,
  type ReadTemplate,
  type Rules,
  readTemplate,
  subjectProblems,
  type Template,
  type TemplateParts,
} from './letters/template.ts';
export type { ContainmentLetter } from './letters/to-containment.ts';
export {
  type EmEvent,
  type EmState,
  embargoConsent,
  embargoManagement,
  eventsFrom,
  fixState,
  type Machine,
  type PecEvent,
  type PecState,
  type Phase,
  type PhaseEvent,
  type PxaEvent,
  type PxaState,
  phases,
  publicState,
  type RmEvent,
  type RmState,
  reportManagement,
  type Step,
  step,
  type VfdEvent,
  type VfdState,
} from './machines.ts';
export { type Need, needs, type OpenCase } from './needs.ts';
export { formatPeriod, type Period, type PeriodUnit } from './period.ts';
export {
  CONTAINMENT_NAMES,
  type ContainmentName,
  DEFAULT_POLICY,
  formatPolicy,
  POLICY_FORMAT,
  type Policy,
  parsePolicy,
  ROUTE_NAMES,
  type Route,
  type RouteName,
} from './policy.ts';
export { type PolicyLine, type PolicyPart, policyParts } from './policy-words.ts';
export {
  PARTS,
  type Part,
  type Ruling,
  rulingOf,
  SCOPE_TABLE,
  type ScopeFacts,
  type Subject,
  subjectOf,
} from './scope.ts';
export { compareTlp, strictestTlp, TLP_LABELS, TLP_WORDS, type TlpLabel, tagSubject } from './tlp.ts';
export { type Verdict, type Vote, verdictOf } from './verdict.ts';
export { instantIn, isZone, type LocalTime, localTime, showDistance, showInstant } from './zone.ts';
