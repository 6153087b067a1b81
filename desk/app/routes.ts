/** Every route of the desk, in one list: the server serves it, and the tests of rights go through it. */
import {
  caseRoutes,
  custodyRoutes,
  partRoutes,
  poolRoutes,
  type RadiusOps,
  type Releases,
  radiusRoutes,
  rangeRoutes,
  statementRoutes,
} from '../cases/index.ts';
import { checklistRoutes, type WritingNow } from '../checklist/index.ts';
import { clockRoutes } from '../clocks/index.ts';
import { findingsRoutes } from '../findings/index.ts';
import { followUpRoutes } from '../follow-up/index.ts';
import { incidentRoutes, type Uploads } from '../incidents/index.ts';
import { keyRoutes, outboxRoutes } from '../notices/index.ts';
import { organisationRoutes } from '../organisations/index.ts';
import { metricsRoute, oversightRoutes } from '../oversight/index.ts';
import { peopleRoutes } from '../people/index.ts';
import { type ByMail, followRoutes, type ReportOps, reportRoutes } from '../reports/index.ts';
import { type SessionConfig, sessionRoutes } from '../session/index.ts';
import type { Transaction } from '../store/index.ts';
import type { Route } from '../web/index.ts';
import { wordingRoutes } from '../wording/index.ts';
import { today } from './today.tsx';

export interface DeskConfig extends SessionConfig {
  readonly reports: ReportOps;
  readonly byMail: ByMail | null;
  /** Null where nobody gave a graph. */
  readonly radius: RadiusOps | null;
  /** What is known of distributions. */
  readonly releases: Releases;
  /** Whether ids are reserved with CVE Services. */
  readonly cve: boolean;
  /** What is published from here, and how it is said; null for a desk that publishes nothing. */
  readonly writing: WritingNow | null;
  /** Of all distributions with who uploaded what and when; null where nobody knows. */
  readonly uploads: Uploads | null;
  /** Figures of the process, as Prometheus reads them. */
  readonly metrics: (tx: Transaction) => Promise<string>;
}

export function deskRoutes(config: DeskConfig): readonly Route[] {
  return [
    today,
    ...reportRoutes(config.reports, config.byMail),
    ...followRoutes,
    ...sessionRoutes(config),
    ...peopleRoutes(config),
    ...findingsRoutes,
    ...caseRoutes,
    ...poolRoutes(config.cve),
    ...incidentRoutes(config.uploads),
    ...radiusRoutes(config.radius),
    ...rangeRoutes(config.releases),
    ...custodyRoutes,
    ...partRoutes,
    ...statementRoutes,
    ...followUpRoutes,
    ...checklistRoutes(config.writing),
    ...clockRoutes,
    ...outboxRoutes,
    ...oversightRoutes,
    ...wordingRoutes,
    ...organisationRoutes,
    metricsRoute(config.metrics),
    ...keyRoutes,
  ];
}
