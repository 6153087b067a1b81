/** SSVC's decision tables that work without script: answer, decide, keep. */
import { SSVC_TABLES, type SsvcPoint, type SsvcTableName, ssvcTable } from 'cpansec/formats';
import type { JSX } from 'preact';
import { Choices, Definitions, Links, Notice, Radios } from '../ui/index.ts';
import { CaseBar } from './case-bar.tsx';
import type { CaseModel } from './case-model.ts';

export interface SsvcModel {
  readonly case: CaseModel;
  readonly table: SsvcTableName;
  /** Keys of values by letters of points. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly reason: string;
  /** What is still possible; one where it is decided. */
  readonly outcomes: readonly { readonly name: string; readonly meaning: string }[];
  readonly vector: string;
  readonly published: boolean;
  /** Why it was not kept. */
  readonly problem: string | null;
}

export function ssvcPage(model: SsvcModel, { now }: { readonly now: string }): JSX.Element {
  const { case: file, problem } = model;
  const table = ssvcTable(model.table);
  return (
    <>
      <CaseBar {...file} now={now} />
      <h1>SSVC: {table.title}</h1>
      <p class="lead">{table.question}</p>
      <nav aria-label="Tables">
        <Links
          row
          items={SSVC_TABLES.filter((name) => name !== table.name).map((name) => ({
            href: `/cases/${file.id}/ssvc?table=${name}`,
            label: `Ask ${ssvcTable(name).title} instead`,
          }))}
        />
      </nav>
      {problem === null ? null : (
        <Notice signal="warning">
          <p>{problem}</p>
        </Notice>
      )}
      <form method="post" action={`/cases/${file.id}/ssvc`}>
        <input type="hidden" name="table" value={table.name} />
        {table.points.map((point) => (
          <Point key={point.id} {...point} chosen={model.chosen[point.letter] ?? ''} />
        ))}
        <Result {...model} />
        {table.name === 'cisa' ? <InAdvisory {...model} /> : null}
        <div class="acts">
          <button type="submit" name="do" value="decide" class="second">
            Decide
          </button>
          <button type="submit" name="do" value="keep">
            Keep the answers
          </button>
        </div>
      </form>
    </>
  );
}

function Point({
  letter,
  name,
  question,
  values,
  chosen,
}: SsvcPoint & { readonly chosen: string }): JSX.Element {
  return (
    <Radios
      name={letter}
      legend={`${name}: ${question}`}
      chosen={chosen}
      options={[
        ...values.map((value) => ({ value: value.key, label: `${value.name}. ${value.meaning}` })),
        { value: '', label: 'Not known so far.' },
      ]}
    />
  );
}

function Result({ chosen, reason, outcomes, vector }: SsvcModel): JSX.Element {
  return (
    <section aria-labelledby="outcome">
      <h2 id="outcome">{outcomes.length === 1 ? 'It says' : 'Not decided'}</h2>
      <p role="status">{reason}</p>
      <Definitions items={outcomes.map(({ name, meaning }) => [name, meaning])} />
      {Object.keys(chosen).length === 0 ? null : (
        <p>
          <code>{vector}</code>
        </p>
      )}
    </section>
  );
}

function InAdvisory({ published }: SsvcModel): JSX.Element {
  return (
    <Choices
      name="publish"
      legend="The advisory"
      options={[{ value: 'yes', label: 'Say it in the advisory and its CVE record' }]}
      chosen={published ? ['yes'] : []}
    />
  );
}
