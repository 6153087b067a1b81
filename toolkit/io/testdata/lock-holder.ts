/** Takes a lock, says so, and holds it until its input ends; then asks whether it still has it. */
import { withLock } from '../lock.ts';

await withLock(process.argv[2] ?? '', async (lock) => {
  process.stdout.write('held\n');
  for await (const _ of process.stdin);
  lock.check();
});
