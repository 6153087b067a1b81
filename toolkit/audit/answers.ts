/** What answers findings: facts first, then what others state, then what the user decided. */
import { type Baseline, baselineAnswer } from './baseline.ts';
import { answerOf } from './distributor.ts';
import { Ignores } from './ignore.ts';
import type { AuditOptions } from './options.ts';
import type { Finding, Note, Suppressed } from './report.ts';
import type { Subject } from './subject.ts';
import { Vex } from './vex.ts';

export class Answers {
  readonly #ignores: Ignores;
  readonly #vex: Vex;
  readonly #baseline: Baseline | null;

  constructor({ ignores = [], vex = [], product, baseline }: AuditOptions, at: string) {
    this.#ignores = new Ignores(ignores, at);
    this.#vex = new Vex(vex, product);
    this.#baseline = baseline ?? null;
  }

  /** The finding as it stands, and what answers it. `subject`: null for what is no component. */
  apply(finding: Finding, subject: Subject | null): Answered {
    // Each is asked, whoever answers: a rule that matched has not been idle.
    const stated = subject === null ? null : this.#vex.answer(finding, subject);
    const ignored = this.#ignores.answer(finding);
    const fact = subject === null ? null : factOn(finding, subject);
    // That it was there before is no reason to keep it.
    const baseline = finding.status === 'malicious' ? null : this.#baseline;
    const known = baseline === null ? null : baselineAnswer(finding, baseline);
    return { finding: fact?.finding ?? finding, by: fact?.by ?? stated ?? ignored ?? known };
  }

  /** After all findings were asked about. */
  notes(): Note[] {
    return [...this.#ignores.notes(), ...this.#vex.notes()];
  }
}

export interface Answered {
  readonly finding: Finding;
  readonly by: Suppressed['by'] | null;
}

interface Fact {
  readonly by?: Suppressed['by'];
  /** The finding as the fact leaves it. */
  readonly finding?: Finding;
}

/** What the machine itself shows: the file is not the one perl loads; its distributor has repaired it. */
function factOn(finding: Finding, { shadowedBy, distributor }: Subject): Fact | null {
  // What perl does not load now may have run when it was installed.
  const malicious = finding.status === 'malicious';
  if (shadowedBy !== null && !malicious) return { by: { kind: 'shadowed', place: { file: shadowedBy } } };
  if (distributor === null || finding.advisory === null || finding.status === 'unknown') return null;
  const answer = answerOf(distributor, finding.advisory);
  if (answer === null) return null;
  if ('kind' in answer) return { by: answer };
  if (malicious) return null;
  const { fix: _, ...rest } = finding;
  return { finding: { ...rest, status: 'unknown', unknown: { ...answer } } };
}
