/** Figures of the process for Prometheus. Labels are words of ours: no id, nothing of a case, nothing that was sent. */
import { createServer, type Server } from 'node:http';
import Type from 'typebox';
import { Tally } from '../api/index.ts';
import { countJobs } from '../jobs/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { type RequestLine, type Route, route } from '../web/index.ts';

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const NAME = 'cpansec_desk';

/** Kinds of failures that are told apart; more would be somebody else's words. */
const MAX_KINDS = 100;

export class DeskMetrics {
  readonly #requests = new Tally(NAME);
  readonly #failures = new Map<string, number>();
  readonly #mailboxAnsweredAt: () => number | null;

  /** `mailboxAnsweredAt`: milliseconds; null where no mailbox is asked, or none has answered. */
  constructor(mailboxAnsweredAt: () => number | null) {
    this.#mailboxAnsweredAt = mailboxAnsweredAt;
  }

  request({ route: path, status, milliseconds }: RequestLine): void {
    this.#requests.add(path, status, milliseconds / 1000);
  }

  /** `kind`: of a job or a chore. */
  failure(kind: string): void {
    const known = this.#failures.has(kind) || this.#failures.size < MAX_KINDS;
    const name = known && /^[a-z][a-z.-]{0,39}$/.test(kind) ? kind : 'other';
    this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
  }

  async text(tx: Transaction): Promise<string> {
    const now = Date.parse(tx.now);
    const jobs = Object.entries(await countJobs(tx));
    const gauge = (name: string, help: string, samples: readonly Sample[]) =>
      figure('gauge', name, help, samples);
    return [
      this.#requests.text(),
      ...figure('counter', 'failures_total', 'What went wrong beside requests, by kind of job or chore.', [
        ...[...this.#failures].map(([kind, count]): Sample => [`{kind="${kind}"}`, count]),
      ]),
      ...gauge(
        'outbox_jobs',
        'Jobs by state.',
        jobs.map(([state, count]): Sample => [`{state="${state}"}`, count]),
      ),
      ...gauge('outbox_oldest_seconds', 'Age of the oldest job that is due; 0: none.', [
        ['', ageOf(await oldestDue(tx), now) ?? 0],
      ]),
      ...gauge(
        'mailbox_answered_seconds',
        'Since the mailbox last answered.',
        aged(this.#mailboxAnsweredAt(), now),
      ),
      ...gauge(
        'ledger_head_seconds',
        'Since a head of the audit log was last signed.',
        aged(await lastHead(tx), now),
      ),
      ...gauge('resident_bytes', 'Memory of the process.', [['', process.memoryUsage.rss()]]),
      '',
    ].join('\n');
  }
}

type Sample = readonly [labels: string, value: number];

/** Without samples it is not there: nothing is known. */
function figure(type: 'counter' | 'gauge', name: string, help: string, samples: readonly Sample[]): string[] {
  if (samples.length === 0) return [];
  return [
    `# HELP ${NAME}_${name} ${help}`,
    `# TYPE ${NAME}_${name} ${type}`,
    ...samples.map(([labels, value]) => `${NAME}_${name}${labels} ${value}`),
  ];
}

function ageOf(at: number | null, now: number): number | null {
  return at === null ? null : Math.max(0, Math.round((now - at) / 1000));
}

function aged(at: number | null, now: number): Sample[] {
  const age = ageOf(at, now);
  return age === null ? [] : [['', age]];
}

async function oldestDue(tx: Transaction): Promise<number | null> {
  const jobs = tx.db.selectFrom('outbox').select((eb) => eb.fn.min('due_at').as('at'));
  const row = await jobs.where('state', '=', 'ready').where('due_at', '<=', tx.now).executeTakeFirst();
  return row?.at == null ? null : Date.parse(row.at);
}

async function lastHead(tx: Transaction): Promise<number | null> {
  const heads = tx.db.selectFrom('ledger_heads').select((eb) => eb.fn.max('at').as('at'));
  const row = await heads.executeTakeFirst();
  return row?.at == null ? null : Date.parse(row.at);
}

type Text = (tx: Transaction) => Promise<string>;

/** For a token of scope `metrics`, and nobody else. */
export function metricsRoute(text: Text): Route {
  return route({
    method: 'GET',
    path: '/metrics',
    act: 'metrics.read',
    title: 'Figures of the process',
    model: Type.Object({}),
    handle: async ({ tx }) => {
      const bytes = Buffer.from(await text(tx));
      return { download: { name: 'metrics.txt', mediaType: MEDIA_TYPE, bytes } };
    },
  });
}

const TIMEOUT = 10_000;

/** Without a token, for a monitor on this machine: it is to listen on loopback alone. */
export function metricsServer({ transaction }: Store, text: Text, onError: (error: unknown) => void): Server {
  return createServer({ requestTimeout: TIMEOUT, headersTimeout: TIMEOUT }, ({ method, url }, answer) => {
    if (method !== 'GET' || url !== '/metrics') {
      answer.writeHead(404).end();
      return;
    }
    transaction(text).then(
      (body) => answer.writeHead(200, { 'content-type': MEDIA_TYPE }).end(body),
      (error: unknown) => {
        onError(error);
        answer.writeHead(500).end();
      },
    );
  });
}
