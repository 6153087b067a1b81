/** Publishes targets until it is killed: publisher.ts CONFIG FROM. Says which number is acknowledged. */
import { writeSync } from 'node:fs';
import { nodeDigest } from 'cpansec/io';
import type { TargetChange } from 'cpansec/tuf';
import { readTufConfig, withRepository } from '../index.ts';

const [, , file = '', from = ''] = process.argv;

function targets(number: number): TargetChange[] {
  const hashes = new Map([['sha256', nodeDigest('sha256', Buffer.from(`${number}`))]]);
  return [
    { path: 'manifest.json', target: { length: number, hashes } },
    ...[0, 1, 2].map(
      (i): TargetChange => ({
        path: `authors/id/A/AB/ABC/Foo-${number}.${i}.tar.gz`,
        target: { length: number, hashes },
      }),
    ),
  ];
}

await withRepository(readTufConfig(file), process.env, async (repository) => {
  writeSync(1, 'open\n');
  for (let number = Number(from) + 1; ; number++) {
    await repository.change(targets(number));
    writeSync(1, `${number}\n`);
  }
});
