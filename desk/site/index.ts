/** site: the public pages, as functions from plain data to HTML. */
export type {
  AdvisoryLine,
  AdvisoryPage,
  AffectedDistribution,
  Decision,
  DistributionPage,
  JudgedRelease,
  Release,
  Site,
  Statistics,
} from './model.ts';
