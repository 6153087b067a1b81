/** What is known of an advisory, in one list. */
import type { ComponentChildren, JSX } from 'preact';
import { type Definition, Definitions, Tag } from '../ui/index.ts';
import { CvssFact } from './cvss.tsx';
import { StateTag } from './lines.tsx';
import type { AdvisoryPage } from './model.ts';
import { SsvcFact } from './ssvc.tsx';
import { instantWords, ratingSignal, ratingWord } from './words.ts';

const ORIGINS: Readonly<Record<AdvisoryPage['origin'], string>> = {
  own: 'written here',
  cpansa: 'imported from the CPAN Security Advisory database',
  cve: 'imported from the CVE record',
  osv: 'imported from an OSV record',
};

export function Facts({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { record, line, origin, revision, published, modified } = model;
  const items: Definition[] = [
    ['State', <StateTag line={line} />],
    ...(line.malicious === true ? [] : ([['Severity', <SeverityFact model={model} />]] as const)),
    ...(record.ssvc === undefined ? [] : ([['SSVC', <SsvcFact vector={record.ssvc} />]] as const)),
    ...some('Weakness', record.weaknesses, (all) => <Weaknesses names={all} />),
    ...some('Modules', modulesOf(model), (all) => <span class="v">{all.join(', ')}</span>),
    ['First report', record.reported ?? 'nobody recorded when'],
    ['Published here', `${instantWords(published)}, ${ORIGINS[origin]}`],
    ['Last change', `${instantWords(modified)}, revision ${revision}`],
    ...some('Credit', record.credits, (all) => all.map(({ name, role }) => `${name} (${role})`).join(', ')),
  ];
  return <Definitions items={items} />;
}

function some<T>(
  term: string,
  values: readonly T[] | undefined,
  show: (values: readonly T[]) => ComponentChildren,
): Definition[] {
  return values === undefined || values.length === 0 ? [] : [[term, show(values)]];
}

function modulesOf({ record }: AdvisoryPage): string[] {
  return [...new Set(record.affected.flatMap(({ modules = [] }) => modules))];
}

function SeverityFact({ model }: { readonly model: AdvisoryPage }): JSX.Element {
  const { rating } = model.line;
  const { vector, source } = model.record.severity ?? {};
  return (
    <>
      <Tag signal={ratingSignal(rating)}>{ratingWord(rating)}</Tag>
      {rating === null ? <span class="quiet"> Nobody has given it a rating.</span> : null}
      {source === undefined ? null : <span class="quiet"> rated by {source}</span>}
      {vector === undefined ? null : <CvssFact vector={vector} />}
    </>
  );
}

function Weaknesses({ names }: { readonly names: readonly string[] }): JSX.Element {
  return (
    <>
      {names.map((name, i) => {
        const number = /^CWE-(\d{1,6})$/.exec(name)?.[1];
        const url = `https://cwe.mitre.org/data/definitions/${number}.html`;
        return [i === 0 ? '' : ', ', number === undefined ? name : <a href={url}>{name}</a>];
      })}
    </>
  );
}
