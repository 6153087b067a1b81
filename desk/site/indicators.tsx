/** What shows that a malicious release ran: text that nothing makes a link of. */
import { type AdvisoryRecord, defanged, type Indicator } from 'cpansec/advisories';
import type { JSX } from 'preact';
import { Table } from '../ui/index.ts';
import { counted } from './words.ts';

/** Rows of a page; the machine formats have all of them. */
const SHOWN = 60;

export const INDICATOR_WORDS: Readonly<Record<Indicator['type'], string>> = {
  domain: 'domain',
  address: 'address',
  url: 'URL',
  sha256: 'SHA-256',
  file: 'file',
  string: 'text',
};

export function Indicators({ record }: { readonly record: AdvisoryRecord }): JSX.Element | null {
  const indicators = record.malicious?.indicators ?? [];
  if (indicators.length === 0) return null;
  const more = indicators.length - SHOWN;
  return (
    <section>
      <h2>Indicators</h2>
      <Table
        caption="Written so that nobody opens one by mistake"
        columns={[
          { label: 'What', kind: 'fixed' },
          { label: 'Value', kind: 'long' },
          { label: 'Where and why', kind: 'long' },
        ]}
        rows={indicators
          .slice(0, SHOWN)
          .map((one) => [INDICATOR_WORDS[one.type], <span class="v">{defanged(one)}</span>, one.note ?? ''])}
      />
      {more > 0 ? (
        <p>{counted(more, 'more indicator', 'more indicators')} in the machine formats below.</p>
      ) : null}
    </section>
  );
}
