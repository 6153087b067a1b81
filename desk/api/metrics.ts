/** Figures for Prometheus. Labels are routes and classes of status, never anything that was sent. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

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
  readonly #requests: Counter<'route' | 'status'>;
  readonly #seconds: Histogram<'route'>;
  readonly #trees: Counter<'outcome'>;

  constructor(sources: Sources) {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'cpansec_api_requests_total',
      help: 'Requests answered, by route and class of status.',
      labelNames: ['route', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'cpansec_api_request_seconds',
      help: 'Seconds from the request to the end of its answer.',
      labelNames: ['route'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
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
    this.#requests.inc({ route, status: `${Math.floor(status / 100)}xx` });
    this.#seconds.observe({ route }, seconds);
  }

  tree(outcome: 'taken' | 'refused'): void {
    this.#trees.inc({ outcome });
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
