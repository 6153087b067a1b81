/** The body of a query, bounded before it is parsed: small values take far more memory than they are long. */
import { isUtf8 } from 'node:buffer';
import { ApiError } from './errors.ts';

/** Beginnings of values: a batch of 1,000 queries with all members has ten thousand. */
const MAX_VALUES = 100_000;
const MAX_DEPTH = 32;

/** Throws `invalid`. Duplicate members: the last one holds, as `JSON.parse` has it. */
export function parseBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new ApiError('invalid', 'invalid JSON: not UTF-8');
  refuseExcess(body);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new ApiError('invalid', 'invalid JSON', {}, { cause });
  }
}

function refuseExcess(body: Buffer): void {
  let values = 0;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i];
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === COMMA) values++;
    else if (byte === BRACE || byte === BRACKET) {
      values++;
      if (++depth > MAX_DEPTH) throw new ApiError('invalid', `JSON nested deeper than ${MAX_DEPTH}`);
    } else if (byte === END_BRACE || byte === END_BRACKET) depth--;
    if (values > MAX_VALUES) throw new ApiError('invalid', `JSON of more than ${MAX_VALUES} values`);
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const END_BRACKET = 0x5d;
const BRACE = 0x7b;
const END_BRACE = 0x7d;
