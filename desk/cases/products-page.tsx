import type { JSX } from 'preact';
import type { CaseProduct } from '../casefile/index.ts';
import { Area, Choices, Field, Notice, Records } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';
import { ProductFields } from './product-fields.tsx';
import { JUSTIFICATION_WORDS, STATUS_WORDS } from './product-words.ts';

export function Products({ id, products }: Pick<CaseModel, 'id' | 'products'>): JSX.Element {
  return (
    <section aria-labelledby="products">
      <h2 id="products">Products downstream</h2>
      {products.length === 0 ? (
        <p>None named.</p>
      ) : (
        <Records
          items={products.map((product) => ({
            key: product.id,
            title: <a href={`/cases/${id}/products?product=${product.id}`}>{product.name}</a>,
            facts: [
              statusOf(product),
              `${product.by}, ${product.on}`,
              ...(product.note === '' ? [] : [product.note]),
            ],
          }))}
        />
      )}
      <p>
        <a href={`/cases/${id}/products`}>Add a product</a>
      </p>
    </section>
  );
}

function statusOf({ status, justification, version, published }: CaseProduct): string {
  const words = [
    [STATUS_WORDS[status], ...(version === null ? [] : [`in ${version}`])].join(' '),
    ...(justification === null ? [] : [JUSTIFICATION_WORDS[justification]]),
  ].join(': ');
  return published ? `${words}; in the advisory` : words;
}

export interface ProductModel {
  readonly case: CaseModel;
  /** Of one that is changed. */
  readonly product: string | null;
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export function productPage(model: ProductModel, { now }: { readonly now: string }): JSX.Element {
  const { case: file, product, problems } = model;
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>{product === null ? 'A product downstream' : 'How a product stands'}</h1>
      {Object.keys(problems).length === 0 ? null : (
        <Notice signal="warning">
          <p>Something is not as it must be. What you typed is still here.</p>
        </Notice>
      )}
      <ProductForm {...model} />
      {product === null ? null : (
        <form method="post" action={`/cases/${file.id}/products/forget`}>
          <input type="hidden" name="product" value={product} />
          <button type="submit" class="second">
            Forget it
          </button>
        </form>
      )}
    </>
  );
}

function ProductForm({ case: file, product, typed, problems }: ProductModel): JSX.Element {
  const of = (name: string) => ({ name, value: typed[name] ?? '', problem: problems[name] });
  return (
    <form method="post" action={`/cases/${file.id}/products`}>
      {product === null ? null : <input type="hidden" name="product" value={product} />}
      <ProductFields of={of} />
      <Field {...of('by')} label="Who says so" maxLength={200} />
      <Field {...of('on')} label="On which day" hint="2026-11-25" maxLength={10} />
      <Area {...of('note')} label="Note" required={false} maxLength={2000} rows={4} />
      <Choices
        name="publish"
        legend="The advisory"
        options={[
          { value: 'yes', label: 'Say the status in the advisory: not who said so, and not the note' },
        ]}
        chosen={typed.publish === undefined ? [] : [typed.publish]}
      />
      <button type="submit">Keep it</button>
    </form>
  );
}
