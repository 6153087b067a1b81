/**
 * Numeric literals of Perl and the text that perl makes of them: `5.010` is the number 5.01, and a version
 * written so is `5.01`.
 */

/** Longest numeric literal that is read; perl itself refuses them at 255 characters. */
export const MAX_NUMBER_LENGTH = 255;

const LARGEST_UNSIGNED = 18_446_744_073_709_551_615n;

/**
 * The text perl gives for a numeric literal (decimal, `0x`, `0b`, octal, with underscores), or null when it is
 * none. perl: "Scalar value constructors" of perldata.
 */
export function stringifyPerlLiteral(literal: string): string | null {
  const digits = literal.replaceAll('_', '').toLowerCase();
  if (/^0(?:x[\da-f]+|b\d+|\d+)$/.test(digits)) return radixLiteral(digits);
  if (/^\d+$/.test(digits)) {
    const value = BigInt(digits);
    return value <= LARGEST_UNSIGNED ? value.toString() : stringifyPerlNumber(Number(digits));
  }
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(digits)) return null;
  return stringifyPerlNumber(Number(digits));
}

function radixLiteral(digits: string): string | null {
  const literal = /^0[xb]/.test(digits) ? digits : `0o${digits.slice(1)}`;
  try {
    const value = BigInt(literal);
    return value <= LARGEST_UNSIGNED ? value.toString() : stringifyPerlNumber(Number(value));
  } catch {
    return null;
  }
}

/** A number as perl prints it: C's `%.15g`. */
export function stringifyPerlNumber(value: number): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Inf' : 'Inf';
  const [mantissa = '', power = '0'] = value.toExponential(14).split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 15) return dropTrailingZeros(value.toFixed(14 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${dropTrailingZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function dropTrailingZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
