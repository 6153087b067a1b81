/** Golden files: what a program printed once, read by a person, and must print again. CPANSEC_GOLDEN=write rewrites them. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export function assertGolden(path: string, actual: string): void {
  if (process.env.CPANSEC_GOLDEN === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  assert.ok(existsSync(path), `${path} is missing; CPANSEC_GOLDEN=write makes it`);
  assert.equal(actual, readFileSync(path, 'utf8'));
}
