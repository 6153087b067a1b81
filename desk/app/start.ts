/** A desk that runs: its database open, its pages served, its letters written. */
import type { Server } from 'node:http';
import { PlacedError } from 'cpansec/base';
import { blastRadius, type DependencyGraph } from 'cpansec/dependants';
import type { FastifyInstance } from 'fastify';
import { fillTimes, policyOf } from '../casefile/index.ts';
import { askHandlers, cveChore, cveHandlers, type RadiusOps, type Releases } from '../cases/index.ts';
import {
  checklistChore,
  checklistHandlers,
  isSteady,
  type Outward,
  type SteadyClock,
  steadyClock,
  type WritingNow,
} from '../checklist/index.ts';
import type { CveServices } from '../cve/index.ts';
import type { Uploads } from '../incidents/index.ts';
import {
  type Chore,
  type DailyHead,
  type Handlers,
  headChore,
  headLogChore,
  type RunningJobs,
  startJobs,
} from '../jobs/index.ts';
import type { Intake } from '../mail/index.ts';
import { mailChores, mailHandlers, mailIn, reportOps, tellMembers } from '../notices/index.ts';
import { DeskMetrics, metricsServer } from '../oversight/index.ts';
import { LINK_TIMES } from '../people/index.ts';
import type { Poster } from '../posts/index.ts';
import type { ByMail } from '../reports/index.ts';
import { authenticator, bootstrapLink, SESSION_POLICY } from '../session/index.ts';
import type { HeadSigner, Store, Transaction } from '../store/index.ts';
import { deskServer, type RequestLine } from '../web/index.ts';
import { textTemplates } from '../wording/index.ts';
import type { DeskAssets } from './assets.ts';
import type { DeskMail } from './mail-config.ts';
import { deskRoutes } from './routes.ts';

const HOUR = 3_600_000;

export interface DeskOptions {
  readonly store: Store;
  /** `https://desk.example.org`. */
  readonly origin: string;
  readonly name: string;
  readonly assets: DeskAssets;
  /** Who depends on whom, as `cpansec dependants build` made it. */
  readonly graph?: DependencyGraph;
  /** Null: letters wait until a process with mail works on the same database. */
  readonly mail: DeskMail | null;
  /** Signs the heads of the audit log as they fall due; null: some other process does. */
  readonly heads: HeadSigner | null;
  /** What it publishes to; without it nothing is published from here. */
  readonly publication?: DeskPublication;
  /** Versions of a distribution in their order, or null; without it none are known. */
  readonly releases?: Releases;
  /** Where ids are reserved and records published; without it by hand. */
  readonly cve?: CveServices;
  /** Networks on which short posts are made. */
  readonly posters?: readonly Poster[];
  /** Who uploaded what and when; without it nobody knows. */
  readonly uploads?: Uploads;
  /** Proxies in front of it; default none. */
  readonly proxies?: number;
  log(line: RequestLine): void;
  /** Told of what went wrong beside requests: kind and code, no value of a case. */
  warn(words: string): void;
}

/** What a desk publishes to, besides what it has anyway: mail, CVE Services, networks. */
export interface DeskPublication extends Pick<Outward, 'published' | 'site' | 'tree' | 'lists'> {
  /** Of the CNA; null: no CVE record is written. */
  readonly assigner: { readonly orgId: string; readonly shortName: string } | null;
  /** Makes the end of the audit log known, once a day; null: nobody is told. */
  readonly tellHead: ((head: DailyHead) => Promise<void>) | null;
}

export interface Desk {
  /** Not listening yet. */
  readonly server: FastifyInstance;
  /** Figures of the process without a token: to listen on loopback alone, and not listening yet. */
  readonly monitor: Server;
  /** Of the page on which the first member comes; null once there is one. */
  readonly bootstrap: string | null;
  /** Takes nothing more in; returns when what was begun is done. */
  stop(): Promise<void>;
}

/** Throws MailError where mail cannot come in as it is to. */
export async function startDesk(options: DeskOptions): Promise<Desk> {
  const { store, origin, name, assets, graph, mail, log, releases = async () => null } = options;
  const { vault } = store;
  const clock = steadyClock();
  let intakes: readonly Intake[] = [];
  const metrics = new DeskMetrics(() => lastAnswer(intakes));
  const figures = (tx: Transaction): Promise<string> => metrics.text(tx);
  const warn = warning(options, metrics);
  const routes = deskRoutes({
    releases,
    cve: options.cve !== undefined,
    uploads: options.uploads ?? null,
    deskName: name,
    policy: SESSION_POLICY,
    times: LINK_TIMES,
    tell: tellMembers(vault, origin),
    radius: graph === undefined ? null : radiusOver(graph),
    reports: reportOps(vault),
    byMail: mail === null ? null : byMailOf(mail),
    metrics: figures,
    writing: writingOf(options, clock),
  });
  const server = deskServer({
    store,
    routes,
    origin,
    authenticate: authenticator(SESSION_POLICY),
    frame: { name, assets: assets.names },
    proxies: options.proxies ?? 0,
    assets: assets.files,
    log: (line) => {
      metrics.request(line);
      log(line);
    },
  });
  const monitor = metricsServer(store, figures, (error) => warn(error, 'metrics'));
  const path = await bootstrapLink(store);
  if (mail !== null) intakes = await startIntakes(store, mail, warn);
  const jobs = startWork(options, clock, warn);
  const stop = async (): Promise<void> => {
    await server.close();
    monitor.close();
    monitor.closeAllConnections();
    for (const intake of intakes) await intake.close();
    await jobs.stop();
  };
  return { server, monitor, bootstrap: path === null ? null : `${origin}${path}`, stop };
}

type Warn = (error: unknown, kind: string) => void;

/** What goes wrong beside requests is counted, and said in words of ours. */
function warning({ warn }: DeskOptions, metrics: DeskMetrics): Warn {
  return (error, kind) => {
    metrics.failure(kind);
    warn(`${kind}: ${failureOf(error)}`);
  };
}

/** Of the mailboxes that are asked the one that has answered least lately. */
function lastAnswer(intakes: readonly Intake[]): number | null {
  const asked = intakes.flatMap(({ answeredAt }) => answeredAt ?? []);
  return asked.length === 0 ? null : Math.min(...asked);
}

function byMailOf({ from, keys, takesIn }: DeskMail): ByMail | null {
  const [key] = keys;
  if (!takesIn) return null;
  return {
    address: from.address,
    key: key === undefined ? null : { fingerprint: key.fingerprint, armored: key.publicKey },
  };
}

async function startIntakes(
  store: Store,
  { from, keys, resolver, listen }: DeskMail,
  warn: Warn,
): Promise<readonly Intake[]> {
  const onFailure = (error: unknown): void => warn(error, 'mail');
  const onMail = mailIn(store, { address: from.address, deskKeys: keys, resolver });
  return listen({ onMail, onFailure });
}

/** Letters, questions to hosts, CVE ids, publications, what falls due, and heads of the audit log. */
function startWork(options: DeskOptions, clock: SteadyClock, onError: Warn): RunningJobs {
  const { store, origin, mail, heads, cve, publication } = options;
  const tellHead = publication?.tellHead ?? null;
  const config = mail === null ? null : { ...mail, origin, sign: mail.keys[0] ?? null };
  const publishing = publishingOf(options, clock);
  return startJobs({
    store,
    handlers: {
      ...askHandlers(store),
      ...(cve === undefined ? {} : cveHandlers(store, cve)),
      ...(config === null ? {} : mailHandlers(store, config)),
      ...publishing.handlers,
    },
    chores: [
      ...(cve === undefined ? [] : [cveChore(store, cve)]),
      ...(config === null ? [] : mailChores(store, config)),
      ...(heads === null ? [] : [headChore(store, heads)]),
      ...(tellHead === null ? [] : [headLogChore(store, tellHead)]),
      ...publishing.chores,
      { name: 'times', every: HOUR, run: () => fillTimes(store) },
    ],
    onError,
  });
}

interface Publishing {
  readonly handlers: Handlers;
  readonly chores: readonly Chore[];
}

function publishingOf(options: DeskOptions, clock: SteadyClock): Publishing {
  const [outward, writing] = [outwardOf(options), writingOf(options, clock)];
  if (outward === null || writing === null) return { handlers: {}, chores: [] };
  return {
    handlers: checklistHandlers(options.store, outward, clock),
    chores: [checklistChore(options.store, { writing, clock })],
  };
}

function outwardOf({ publication, mail, cve, posters = [] }: DeskOptions): Outward | null {
  if (publication === undefined) return null;
  const { assigner, tellHead: _, ...where } = publication;
  return {
    ...where,
    cve: cve === undefined || assigner === null ? null : { services: cve, assigner },
    posts: Object.fromEntries(posters.map((poster) => [poster.network, poster])),
    mail: mail === null ? null : { ...mail, sign: mail.keys[0] ?? null },
  };
}

/** Null for a desk that publishes nothing. */
function writingOf(options: DeskOptions, clock: SteadyClock): WritingNow | null {
  const outward = outwardOf(options);
  if (outward === null) return null;
  const desk = { name: options.name, address: outward.mail?.from.address ?? '', site: outward.site };
  return async (tx) => {
    const { publication } = await policyOf(tx);
    return {
      outward,
      desk,
      templates: await textTemplates(tx),
      postLength: publication.postLength,
      steady: isSteady(clock),
    };
  };
}

/** No message of another side: it may hold an address. */
function failureOf(error: unknown): string {
  if (error instanceof PlacedError) return `${error.name} ${error.code}`;
  return error instanceof Error ? error.name : 'no error object';
}

function radiusOver(graph: DependencyGraph): RadiusOps {
  return { asOf: graph.asOf, radius: (distribution) => blastRadius(graph, distribution) };
}
