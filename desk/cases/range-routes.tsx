/** Ranges drawn against the releases of a distribution, as they are kept and as somebody tries them. */
import Type from 'typebox';
import { type Asked, notFound, type Route, route } from '../web/index.ts';
import { caseSchema } from './case-schema.ts';
import { caseModel } from './model.ts';
import { type RangeModel, rangePage } from './range-page.tsx';

/** Versions of a distribution in their order; null where it is not known. */
export type Releases = (distribution: string) => Promise<readonly string[] | null>;

/** Releases that a page draws: the last ones of more. */
const MAX_RELEASES = 3000;

const text = Type.String();
const params = Type.Object({ case: text });
const model = Type.Object({ case: caseSchema, releases: Type.Array(text), ranges: text, fixed: text });
const common = {
  path: '/cases/:case/ranges',
  act: 'case.read',
  title: 'Affected versions',
  params,
  model,
  scripts: ['keys.js', 'ranges.js', 'times.js'],
  page: rangePage,
} as const;

type Any = Asked<{ readonly case: string }, unknown, unknown>;

export function rangeRoutes(releases: Releases): Route[] {
  const modelOf = async (asked: Any, typed?: { ranges?: string; fixed?: string }): Promise<RangeModel> => {
    if (asked.principal.kind !== 'member') throw notFound();
    const file = await caseModel(asked.tx, asked.vault, asked.params.case, asked.principal.id);
    const known = file.distribution === null ? null : await releases(file.distribution);
    const [kept] = file.affected;
    return {
      case: file,
      releases: (known ?? []).slice(-MAX_RELEASES),
      ranges: typed?.ranges ?? kept?.ranges.join(' || ') ?? '',
      fixed: typed?.fixed ?? kept?.fixed.join(' || ') ?? '',
    };
  };
  const typed = Type.Optional(Type.String({ maxLength: 500 }));
  return [
    route({ ...common, method: 'GET', handle: async (asked) => ({ model: await modelOf(asked) }) }),
    route({
      ...common,
      method: 'POST',
      body: Type.Object({ ranges: typed, fixed: typed }),
      handle: async (asked) => ({ model: await modelOf(asked, asked.body) }),
    }),
  ];
}
