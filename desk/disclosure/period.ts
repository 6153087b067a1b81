import { ShapeError } from 'cpansec/base';

export const PERIOD_UNITS = ['hour', 'day', 'business day', 'year'] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];

/** A length of time as people agree on it; a day has 24 hours, a business day is the calendar's. */
export interface Period {
  readonly count: number;
  readonly unit: PeriodUnit;
}

/** Longer periods are mistakes; a bound keeps what is computed from them within what an instant can be. */
const MOST: Readonly<Record<PeriodUnit, number>> = {
  hour: 100_000,
  day: 40_000,
  'business day': 2_000,
  year: 100,
};

/** `7 days`, `1 hour`, `5 business days`, `5 years`. Throws base's `ShapeError` with the path. */
export function period(value: unknown, path = ''): Period {
  const wanted = 'a period such as "7 days", "24 hours", "5 business days" or "5 years"';
  const [, digits = '', unit = ''] =
    (typeof value === 'string' && /^(\d{1,6}) (hour|day|business day|year)s?$/.exec(value)) || [];
  const known = PERIOD_UNITS.find((candidate) => candidate === unit);
  if (known === undefined || Number(digits) > MOST[known]) throw new ShapeError(path, wanted, value);
  return { count: Number(digits), unit: known };
}

export function formatPeriod({ count, unit }: Period): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
