/** Figures for Prometheus. Labels are routes and classes of status, never anything that was sent. */
import { Counter, Gauge, Registry } from 'prom-client';
import { Tally } from './tally.ts';

export interface Sources {
  serial(): number;
  /** Seconds since the tree was built, and since its manifest was last read. */
  age(): number;
  checkedAgo(): number;
  cachedBytes(): number;
  clients(): number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Tally('cpansec_api');
  readonly #trees: Counter<'outcome'>;

  constructor(sources: Sources) {
    const registers = [this.#registry];
    this.#trees = new Counter({
      name: 'cpansec_api_trees_total',
      help: 'Trees that took over, and looks that found none that could.',
      labelNames: ['outcome'],
      registers,
    });
    const gauge = (name: string, help: string, read: () => number): Gauge =>
      new Gauge({
        name: `cpansec_api_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('tree_serial', 'Serial of the tree that is served.', sources.serial);
    gauge('tree_age_seconds', 'Seconds since the tree was built.', sources.age);
    gauge('tree_checked_seconds', 'Seconds since the manifest was last read.', sources.checkedAgo);
    gauge('cached_bytes', 'Bytes of files and documents kept in memory.', sources.cachedBytes);
    gauge('clients', 'Client addresses whose rate is remembered.', sources.clients);
    gauge('resident_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  request(route: string, status: number, seconds: number): void {
    this.#requests.add(route, status, seconds);
  }

  tree(outcome: 'taken' | 'refused'): void {
    this.#trees.inc({ outcome });
  }

  async text(): Promise<string> {
    return `${this.#requests.text()}\n${await this.#registry.metrics()}`;
  }
}
