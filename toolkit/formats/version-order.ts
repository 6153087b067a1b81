import { PlacedError, quoteFound } from '../base/index.ts';
import { FormatError } from './errors.ts';

/**
 * How two versions of one ecosystem compare: negative, zero or positive. It throws where a text is no version.
 * The standards of this room leave it to the ecosystem; for CPAN it is `compareVersions` of the cpan room.
 */
export type VersionOrder = (a: string, b: string) => number;

/** The order, with what it refuses named as {@link FormatError} `version`. */
export function placed(order: VersionOrder): VersionOrder {
  return (a, b) => {
    try {
      return order(a, b);
    } catch (cause) {
      const why = cause instanceof PlacedError ? `: ${cause.problem}` : '';
      throw new FormatError(
        'version',
        `${quoteFound(a)} and ${quoteFound(b)} do not compare${why}`,
        {},
        { cause },
      );
    }
  };
}
