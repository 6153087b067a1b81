/** Takes a lock, says so, and holds it until its input ends. */
import { withLock } from '../lock.ts';

await withLock(process.argv[2] ?? '', async () => {
  process.stdout.write('held\n');
  for await (const _ of process.stdin);
});
