/**
 * What CISA's calculator computes (https://certcc.github.io/SSVC/, `SSVC_Computed` 2.03): the JSON that CVE records
 * carry as a metric of the type `ssvc`.
 */
import { array, object, optional, record, type Shape, ShapeError, string } from '../../base/index.ts';
import { FormatError } from '../errors.ts';
import { decide } from './decide.ts';
import {
  AUTOMATABLE,
  EXPLOITATION,
  MISSION_AND_WELL_BEING,
  type SsvcPoint,
  TECHNICAL_IMPACT,
} from './points.ts';
import { ssvcTable } from './tables.ts';
import { formatSsvc, parseSsvc, type SsvcSaid } from './vector.ts';

export interface SsvcComputed {
  role: string;
  /** Of what it is said: a CVE id. */
  id: string;
  version: string;
  /** The vector. */
  computed?: string | undefined;
  timestamp?: string | undefined;
  /** Each of one member: `{ "Exploitation": "poc" }`. */
  options: Record<string, string>[];
}

const ROLE = 'CISA Coordinator';
const VERSION = '2.0.3';

const shape: Shape<SsvcComputed> = object({
  role: string,
  id: string,
  version: string,
  computed: optional(string),
  timestamp: optional(string),
  options: array(record(string)),
});

const LABELS: ReadonlyMap<SsvcPoint, string> = new Map([
  [EXPLOITATION, 'Exploitation'],
  [AUTOMATABLE, 'Automatable'],
  [TECHNICAL_IMPACT, 'Technical Impact'],
  [MISSION_AND_WELL_BEING, 'Mission & Well-being'],
]);

function wordOf(point: SsvcPoint, name: string): string {
  return point === EXPLOITATION && name === 'Public PoC' ? 'poc' : name.toLowerCase();
}

/** Of answers to CISA's table; throws `ssvc` for those to another. */
export function computedSsvc(said: SsvcSaid, id: string): SsvcComputed {
  if (said.table.name !== 'cisa')
    throw new FormatError('ssvc', `${said.table.title} is not what CISA computes`);
  const options = said.table.points.flatMap((point) => {
    const value = point.values.find(({ key }) => key === said.answers[point.id]);
    return value === undefined ? [] : [{ [LABELS.get(point) ?? point.name]: wordOf(point, value.name) }];
  });
  const { outcome } = decide(said.table, said.answers);
  return {
    role: ROLE,
    id,
    version: VERSION,
    computed: formatSsvc(said),
    ...(said.at === null ? {} : { timestamp: said.at }),
    options: outcome === null ? options : [...options, { Decision: outcome.name }],
  };
}

/** Null for what does not answer every point of CISA's table, or contradicts itself. */
export function readComputedSsvc(content: unknown): SsvcSaid | null {
  try {
    const found = shape(content);
    const said = found.computed === undefined ? fromOptions(found) : parseSsvc(found.computed);
    const { options } = computedSsvc(said, found.id);
    const expected = new Map(options.flatMap((option) => Object.entries(option)));
    const given = found.options.flatMap((option) => Object.entries(option));
    return given.every(([label, word]) => (expected.get(label) ?? word).toLowerCase() === word.toLowerCase())
      ? said
      : null;
  } catch (error) {
    if (error instanceof FormatError || error instanceof ShapeError) return null;
    throw error;
  }
}

function fromOptions({ options, timestamp }: SsvcComputed): SsvcSaid {
  const words = new Map(options.flatMap((option) => Object.entries(option)));
  const table = ssvcTable('cisa');
  const answers = table.points.map((point) => {
    const word = words.get(LABELS.get(point) ?? '')?.toLowerCase();
    const value = point.values.find(({ name }) => wordOf(point, name) === word);
    if (value === undefined) throw new FormatError('ssvc', `no answer to ${point.name}`);
    return [point.id, value.key] as const;
  });
  const said = { table, answers: Object.fromEntries(answers), at: timestamp ?? null };
  return parseSsvc(formatSsvc(said));
}
