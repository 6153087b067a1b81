/** What the user's own files ask for, whichever file says it. */
import { type Place, quoteFound } from '../base/index.ts';
import { type Cpanfile, type CpanfileRequirement, distInfo, parseCpanfile } from '../cpan/index.ts';
import type { Asked, Unexamined } from './inventory.ts';

export interface Want {
  readonly asked: Asked;
  /** A constant in a cpanfile: its lower bound may be raised in place. */
  readonly editable: boolean;
  /** The distribution, where the requirement names its archive. */
  readonly distribution: string | null;
}

export interface Wants {
  readonly wants: readonly Want[];
  readonly unexamined: readonly Unexamined[];
}

/** Everything that a cpanfile asks for, all phases and features; what only running it would tell is listed. */
export function cpanfileWants(text: string, file: string): Wants {
  const { requirements, dynamic } = parseCpanfile(text, file);
  const odd = requirements.filter(({ module }) => !isModuleName(module));
  return {
    wants: requirements
      .filter((one) => isWanted(one) && isModuleName(one.module))
      .map((requirement) => toWant(requirement, file)),
    unexamined: [
      ...odd.map(({ module, line }) => unnamed(module, { file, line })),
      ...dynamicLines(dynamic, file),
    ],
  };
}

/** What `use` accepts. A requirement of anything else cannot be installed, and nothing is known of it. */
const MODULE = /^[\p{L}_][\p{L}\p{N}_]*(?:(?:::|')[\p{L}\p{N}_]+)*$/u;
/** The same of ASCII, as nearly all are: compiling the other takes half a millisecond. */
const ASCII_MODULE = /^[A-Za-z_]\w*(?:(?:::|')\w+)*$/;

function isModuleName(name: string): boolean {
  return ASCII_MODULE.test(name) || MODULE.test(name);
}

function unnamed(module: string, place: Place): Unexamined {
  return { kind: 'unnamed', place, reason: `no module can have the name ${quoteFound(module)}` };
}

function dynamicLines(dynamic: Cpanfile['dynamic'], file: string): Unexamined[] {
  return dynamic.map(({ line, reason, module }) => ({
    kind: 'dynamic',
    place: { file, line },
    reason: module === undefined ? reason : `${reason}; names ${quoteFound(module)}`,
  }));
}

/** A conflict asks for an absence, and `perl` for the interpreter. */
export function isWanted({ module, relationship }: { module: string; relationship: string }): boolean {
  return module !== 'perl' && relationship !== 'conflicts';
}

function toWant(requirement: CpanfileRequirement, file: string): Want {
  const { module, range, phase, relationship, feature, line, options, literals } = requirement;
  const place: Place = { file, line };
  const asked = { module, range, phase, relationship, ...(feature === null ? {} : { feature }), place };
  const archive = options.dist ?? options.url;
  return {
    asked,
    editable: literals.module !== null,
    distribution: archive === undefined ? null : distInfo(archive).dist,
  };
}
