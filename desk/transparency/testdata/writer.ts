/** Appends to the log of a configuration for ever, from a number on: says each entry that was acknowledged. */
import { givenRelease } from '../../../test/given-log.ts';
import { Random } from '../../../test/random.ts';
import { readLogConfig, withLog } from '../index.ts';

const [file = '', from = '0', seed = '0', patience = '30000'] = process.argv.slice(2);
const random = new Random(Number(seed));
await withLog(readLogConfig(file), { env: {}, patience: Number(patience) }, async ({ log }) => {
  process.stdout.write('open\n');
  for (let next = Number(from); ; ) {
    const count = 1 + random.below(random.below(4) === 0 ? 400 : 5);
    await log.addAll(Array.from({ length: count }, (_, i) => givenRelease(next + i)));
    next += count;
    process.stdout.write(`${next}\n`);
  }
});
