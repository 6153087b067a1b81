/** Requests, counted in plain numbers: prom-client's counting of one costs more than most answers do. */

/** Upper bounds of the buckets, seconds. */
const BOUNDS: readonly number[] = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

export class Tally {
  readonly #routes = new Map<string, Count>();
  readonly #name: string;

  /** What the names of its figures begin with: `cpansec_api`. */
  constructor(name: string) {
    this.#name = name;
  }

  /** `route` as it was declared: nothing that was sent may become a label. */
  add(route: string, status: number, seconds: number): void {
    let count = this.#routes.get(route);
    if (count === undefined) {
      count = new Count();
      this.#routes.set(route, count);
    }
    count.add(status, seconds);
  }

  /** A counter and a histogram, in the text format of Prometheus. */
  text(): string {
    const routes = [...this.#routes];
    const [requests, seconds] = [`${this.#name}_requests_total`, `${this.#name}_request_seconds`];
    const lines = [
      `# HELP ${requests} Requests answered, by route and class of status.`,
      `# TYPE ${requests} counter`,
      ...routes.flatMap(([route, count]) => count.requests(requests, route)),
      '',
      `# HELP ${seconds} Seconds from the request to the end of its answer.`,
      `# TYPE ${seconds} histogram`,
      ...routes.flatMap(([route, count]) => count.seconds(seconds, route)),
    ];
    return `${lines.join('\n')}\n`;
  }
}

/** What became of the requests to one route. */
class Count {
  /** By class of status: 2 for 2xx. */
  readonly #statuses = new Float64Array(10);
  /** By the first bound that is not below; the last for what is above all of them. */
  readonly #buckets = new Float64Array(BOUNDS.length + 1);
  #sum = 0;

  add(status: number, seconds: number): void {
    const kind = Math.floor(status / 100);
    this.#statuses[kind] = (this.#statuses[kind] ?? 0) + 1;
    const found = BOUNDS.findIndex((bound) => seconds <= bound);
    const at = found < 0 ? BOUNDS.length : found;
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1;
    this.#sum += seconds;
  }

  requests(name: string, route: string): string[] {
    return [...this.#statuses].flatMap((count, kind) =>
      count === 0 ? [] : [`${name}{route="${route}",status="${kind}xx"} ${count}`],
    );
  }

  seconds(name: string, route: string): string[] {
    let count = 0;
    const upTo = [...BOUNDS, '+Inf'].map((bound, i) => {
      count += this.#buckets[i] ?? 0;
      return `${name}_bucket{le="${bound}",route="${route}"} ${count}`;
    });
    return [
      ...upTo,
      `${name}_sum{route="${route}"} ${this.#sum}`,
      `${name}_count{route="${route}"} ${count}`,
    ];
  }
}
