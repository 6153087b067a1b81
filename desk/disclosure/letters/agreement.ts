import { toParticipant } from './to-participant.ts';

/** The clauses of the pre-release agreement alone: what stands around them is for a letter. */
export function agreementText(): string {
  const lines = toParticipant.agreement.template.split('\n');
  return lines.filter((line) => /^\d\. /.test(line)).join('\n\n');
}
