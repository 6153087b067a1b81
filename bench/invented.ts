/** Advisories that nobody wrote, as many as a benchmark wants. */
import type { AdvisoryRecord, ImportedAdvisories } from '../toolkit/advisories/index.ts';

/** Distributions with five advisories and fifty releases each, as the real ones have on average. */
export function invented(entries: number): Pick<ImportedAdvisories, 'records' | 'modules' | 'releases'> {
  const records = Array.from({ length: entries }, (_, i) =>
    inventedRecord(i, `Invented-Distribution${Math.floor(i / 5)}`),
  );
  const names = [...new Set(records.flatMap(({ affected }) => affected.map((one) => one.distribution)))];
  const versions = Array.from({ length: 50 }, (_, i) => `0.${String(i + 1).padStart(2, '0')}`);
  return {
    records,
    modules: new Map(
      names.flatMap((name) =>
        Array.from({ length: 10 }, (_, i) => [`${name.replaceAll('-', '::')}::Part${i}`, name]),
      ),
    ),
    releases: new Map(names.map((name) => [name, { mainModule: name.replaceAll('-', '::'), versions }])),
  };
}

function inventedRecord(i: number, distribution: string): AdvisoryRecord {
  return {
    format: 'cpansec-advisory/1',
    id: `CPANSA-${distribution}-2026-${10_000 + i}`,
    aliases: [`CVE-2026-${10_000 + i}`],
    reported: '2026-01-02',
    summary: `${distribution} trusts what it should not and does so in a sentence of common length`,
    affected: [
      {
        distribution,
        ranges: [`>=0.${10 + (i % 20)},<0.${30 + (i % 20)}`],
        fixed: [`>=0.${30 + (i % 20)}`],
        cause: { kind: 'own' },
      },
    ],
    references: [{ type: 'advisory', url: `https://security.example/CVE-2026-${10_000 + i}` }],
    history: [],
  };
}
