/** A document of findings: ours, or a SARIF log. */
import { decodeUtf8, type Json, JsonError, PlacedError, parseJson, ShapeError } from 'cpansec/base';
import { FindingsError } from './errors.ts';
import { FINDINGS_FORMAT, findingsShape, MAX_FINDINGS } from './finding.ts';
import { type SarifFindings, type Subject, sarifFindings } from './sarif.ts';

/** Bytes of a document. */
export const MAX_DOCUMENT: number = 32 * 1024 * 1024;
const MAX_DEPTH = 60;

/** Throws FindingsError with the file and the path. */
export function parseFindings(bytes: Uint8Array, file: string, subject: Subject = {}): SarifFindings {
  return readFindings(jsonOf(bytes, file), subject);
}

function jsonOf(bytes: Uint8Array, file: string): Json {
  try {
    return parseJson(decodeUtf8(bytes, file), { file, maxDepth: MAX_DEPTH, maxLength: MAX_DOCUMENT });
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const { code, problem, place }: PlacedError<string> = cause;
    const ours = cause instanceof JsonError && code !== 'json-syntax' && code !== 'json-duplicate';
    throw new FindingsError(ours ? 'bounds' : 'shape', problem, place, { cause });
  }
}

/** Throws FindingsError with the path. `subject` is for logs that do not say of what they are. */
export function readFindings(value: unknown, subject: Subject = {}): SarifFindings {
  try {
    const found = foundIn(value, subject);
    refuseMore(found.findings.length);
    return found;
  } catch (cause) {
    if (!(cause instanceof PlacedError) || cause instanceof FindingsError) throw cause;
    const { code, problem, place }: PlacedError<string> = cause;
    throw new FindingsError(code === 'bounds' ? 'bounds' : 'shape', problem, place, { cause });
  }
}

function foundIn(value: unknown, subject: Subject): SarifFindings {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShapeError('', 'an object', value);
  if ('runs' in value) return sarifFindings(value, subject);
  if ('findings' in value && Array.isArray(value.findings)) refuseMore(value.findings.length);
  if ('format' in value) return { findings: findingsShape(value).findings, unplaced: [] };
  throw new ShapeError('', `${FINDINGS_FORMAT} or a SARIF log`, value);
}

function refuseMore(count: number): void {
  if (count > MAX_FINDINGS)
    throw new FindingsError('bounds', `${count} findings, at most ${MAX_FINDINGS} at once`);
}
