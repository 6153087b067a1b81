/** Products downstream of a case: one is added, changed, forgotten. */
import Type from 'typebox';
import { type CaseProduct, PRODUCT_STATUSES } from '../casefile/index.ts';
import { notFound, type Route, route } from '../web/index.ts';
import { caseSchema } from './case-schema.ts';
import { byOf, CASE, deed, SCRIPTS, shown, words } from './deed.ts';
import { forgetProduct, productOf, sayProduct } from './products.ts';
import { productPage } from './products-page.tsx';

const text = Type.String();
const optionalWords = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const id = Type.String({ minLength: 1, maxLength: 30 });

const common = {
  path: '/cases/:case/products',
  title: 'A product downstream',
  params: CASE,
  model: Type.Object({
    case: caseSchema,
    product: Type.Union([Type.Null(), text]),
    typed: Type.Record(text, text),
    problems: Type.Record(text, text),
  }),
  scripts: SCRIPTS,
  page: productPage,
} as const;

const asking = route({
  ...common,
  method: 'GET',
  act: 'case.read',
  query: Type.Object({ product: Type.Optional(id) }),
  handle: async (asked) => {
    const file = await shown(asked);
    const wanted = asked.query.product;
    const product = file.products.find((one) => one.id === wanted);
    if (wanted !== undefined && product === undefined) throw notFound();
    const typed = product === undefined ? { on: asked.tx.now.slice(0, 10) } : typedOf(product);
    return { model: { case: file, product: product?.id ?? null, typed, problems: {} } };
  },
});

function typedOf({ id: _, published, ...product }: CaseProduct): Record<string, string> {
  const fields = Object.entries(product).map(([name, value]) => [name, value ?? '']);
  return { ...Object.fromEntries(fields), ...(published ? { publish: 'yes' } : {}) };
}

const saying = route({
  ...common,
  method: 'POST',
  act: 'case.label',
  limit: 'write',
  body: Type.Object({
    product: Type.Optional(id),
    name: words(200),
    purl: optionalWords(500),
    status: Type.Enum([...PRODUCT_STATUSES]),
    justification: optionalWords(60),
    version: optionalWords(100),
    by: words(200),
    on: words(10),
    note: optionalWords(2000),
    publish: Type.Optional(Type.Literal('yes')),
  }),
  handle: async (asked) => {
    const { product = null, publish, ...typed } = asked.body;
    const { purl = '', justification = '', version = '', note = '' } = typed;
    const said = productOf({ ...typed, purl, justification, version, note, published: publish === 'yes' });
    await sayProduct(byOf(asked), product, said);
    const model = { case: await shown(asked), product, typed: {}, problems: {} };
    return { to: `/cases/${asked.params.case}`, model };
  },
  again: async (asked, problems) => ({
    case: await shown(asked),
    product: asked.body.product ?? null,
    typed: asked.body,
    problems,
  }),
});

const forget = deed({
  path: 'products/forget',
  act: 'case.label',
  title: 'Forget a product',
  body: Type.Object({ product: id }),
  run: (by, { product }) => forgetProduct(by, product),
});

export const productsRoutes: readonly Route[] = [asking, saying, forget];
