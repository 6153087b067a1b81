/** Statuses of products and why they are not affected, in the words of VEX and as a person reads them. */
import type { OpenVexJustification } from 'cpansec/formats';
import type { ProductStatus } from '../casefile/index.ts';

export const STATUS_WORDS: Readonly<Record<ProductStatus, string>> = {
  under_investigation: 'under investigation',
  affected: 'affected',
  not_affected: 'not affected',
  fixed: 'fixed',
  no_fix_planned: 'affected, no fix is planned',
};

export const JUSTIFICATION_WORDS: Readonly<Record<OpenVexJustification, string>> = {
  component_not_present: 'the distribution is not in it',
  vulnerable_code_not_present: 'the code that is at fault is not in it',
  vulnerable_code_not_in_execute_path: 'the code that is at fault is never run',
  vulnerable_code_cannot_be_controlled_by_adversary: 'an attacker cannot reach it',
  inline_mitigations_already_exist: 'something else in it already prevents it',
};
