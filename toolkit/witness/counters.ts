/** What a witness did, as text that Prometheus reads. */
export class Counters {
  readonly #answers = new Map<number, number>();
  splitViews = 0;
  /** Seconds since 1970; 0 before the first. */
  lastCosignature = 0;

  answered(status: number): void {
    this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
  }

  text(logs: number): string {
    const answers = [...this.#answers].sort(([a], [b]) => a - b);
    return [
      ...figure(
        'answers_total',
        'counter',
        answers.map(([status, count]) => [`{status="${status}"}`, count]),
      ),
      ...figure('logs', 'gauge', [['', logs]]),
      ...figure('split_views_total', 'counter', [['', this.splitViews]]),
      ...figure('last_cosignature_seconds', 'gauge', [['', this.lastCosignature]]),
      '',
    ].join('\n');
  }
}

function figure(name: string, type: string, values: readonly (readonly [string, number])[]): string[] {
  const full = `cpansec_witness_${name}`;
  return [`# TYPE ${full} ${type}`, ...values.map(([labels, value]) => `${full}${labels} ${value}`)];
}
