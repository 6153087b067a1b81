/** Decision tables of SSVC for coordinators, as CERT/CC publishes them (https://certcc.github.io/SSVC/). */
import {
  AUTOMATABLE,
  EXPLOITATION,
  MISSION_AND_WELL_BEING,
  PUBLIC_SAFETY_IMPACT,
  PUBLIC_VALUE_ADDED,
  REPORT_CREDIBILITY,
  REPORT_PUBLIC,
  type SsvcPoint,
  type SsvcValue,
  SUPPLIER_CARDINALITY,
  SUPPLIER_CONTACTED,
  SUPPLIER_ENGAGEMENT,
  SUPPLIER_INVOLVEMENT,
  TECHNICAL_IMPACT,
  UTILITY,
} from './points.ts';

export const SSVC_TABLES = ['cisa', 'triage', 'publish'] as const;
export type SsvcTableName = (typeof SSVC_TABLES)[number];

export interface SsvcTable {
  readonly name: SsvcTableName;
  /** Namespace, key and version: `cisa:DT_CO:2.0.3`. */
  readonly id: string;
  readonly title: string;
  /** What it is asked for. */
  readonly question: string;
  readonly points: readonly SsvcPoint[];
  readonly outcome: { readonly id: string; readonly values: readonly SsvcValue[] };
  /** Keys of outcomes, a cell for each row of answers; the last point varies fastest. */
  readonly cells: readonly string[];
}

const cells = (text: string): readonly string[] => text.trim().split(/\s+/);

const cisa: SsvcTable = {
  name: 'cisa',
  id: 'cisa:DT_CO:2.0.3',
  title: 'CISA Coordinator',
  question: 'How urgent is it for those who use the software?',
  points: [EXPLOITATION, AUTOMATABLE, TECHNICAL_IMPACT, MISSION_AND_WELL_BEING],
  outcome: {
    id: 'cisa:CISA:1.1.0',
    values: [
      { key: 'T', name: 'Track', meaning: 'Fix it in the usual course.' },
      {
        key: 'T*',
        letter: 'R',
        name: 'Track*',
        meaning: 'Fix it in the usual course, and watch closely whether something changes.',
      },
      { key: 'AT', letter: 'A', name: 'Attend', meaning: 'Fix it sooner than usual; those in charge know.' },
      { key: 'AC', letter: 'C', name: 'Act', meaning: 'Fix it as soon as possible; the leadership knows.' },
    ],
  },
  cells: cells(`
    T  T  T   T  T  T*   T  T  AT   T  T  AT
    T  T  T*  T  T* AT   T  T  AT   T  T* AT
    T  T  AT  T  AT AC   AT AT AC   AT AC AC`),
};

const triage: SsvcTable = {
  name: 'triage',
  id: 'ssvc:DT_COORD_TRIAGE:1.0.0',
  title: 'Coordinator Triage',
  question: 'Is it for the group to coordinate?',
  points: [
    REPORT_PUBLIC,
    SUPPLIER_CONTACTED,
    REPORT_CREDIBILITY,
    SUPPLIER_CARDINALITY,
    SUPPLIER_ENGAGEMENT,
    UTILITY,
    PUBLIC_SAFETY_IMPACT,
  ],
  outcome: {
    id: 'ssvc:COORDINATE:1.0.1',
    values: [
      { key: 'D', name: 'Decline', meaning: 'Do nothing with the report.' },
      { key: 'T', name: 'Track', meaning: 'Listen and watch, without doing anything that is seen.' },
      { key: 'C', name: 'Coordinate', meaning: 'Take it on.' },
    ],
  },
  // A line for each of the first three answers; in it by cardinality and engagement.
  cells: cells(`
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D D D D  D D D D D D  D D D D D C  D D D D D C
    D D D T D T  D D D T D T  D T D T T C  D T D T T C
    D D D T D T  T C C C C C  D T D T C C  C C C C C C`),
};

const publish: SsvcTable = {
  name: 'publish',
  id: 'ssvc:DT_COORD_PUBLISH:1.0.0',
  title: 'Coordinator Publish',
  question: 'Is it worth an advisory of the group?',
  points: [SUPPLIER_INVOLVEMENT, EXPLOITATION, PUBLIC_VALUE_ADDED],
  outcome: {
    id: 'ssvc:PUBLISH:1.0.0',
    values: [
      { key: 'N', name: 'Do Not Publish', meaning: 'Publish nothing.' },
      { key: 'P', name: 'Publish', meaning: 'Publish an advisory.' },
    ],
  },
  cells: cells(`
    N N P  N N P  N P P
    N N P  N N P  N P P
    N N P  N P P  P P P`),
};

const all: Readonly<Record<SsvcTableName, SsvcTable>> = { cisa, triage, publish };

export function ssvcTable(name: SsvcTableName): SsvcTable {
  return all[name];
}
