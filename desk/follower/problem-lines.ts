import { canonicalJson } from 'cpansec/base';
import type { StandingProblem } from './state.ts';

/** What stands in the file of problems: one line of JSON for each, `{first, kind, last, path, words}`. */
export function problemLines(problems: readonly StandingProblem[]): string {
  return problems
    .map(({ path, kind, words, first, last }) => `${line({ path, kind, words, first, last })}\n`)
    .join('');
}

function line(problem: { readonly [member in keyof StandingProblem]: string }): string {
  return canonicalJson({ ...problem });
}
