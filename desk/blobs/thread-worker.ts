/** The thread of `thread.ts`: does what it is asked, some of it at once, and answers in one message for each turn. */
import { parentPort, workerData } from 'node:worker_threads';
import type { BlobEntry } from './blobs.ts';
import { BlobError } from './errors.ts';
import { type Environment, openBlobs } from './open.ts';
import type { Question, Reply } from './thread.ts';

const { address, env } = workerData as { address: string; env: Environment }; // what `thread.ts` gives
const store = openBlobs(address, env);

/** A bucket answers after milliseconds: so many requests are under way at once. */
const AT_ONCE = 32;

const questions: Question[] = [];
let next = 0;
let working = 0;
let replies: Reply[] = [];

parentPort?.on('message', (more: Question[]) => {
  for (const question of more) questions.push(question);
  while (working < AT_ONCE && next < questions.length) void work();
});

async function work(): Promise<void> {
  working++;
  for (let question = questions[next]; question !== undefined; question = questions[next]) {
    next++;
    reply(await answered(question));
  }
  working--;
  if (next < questions.length || working > 0) return;
  questions.length = 0;
  next = 0;
}

function reply(one: Reply): void {
  if (replies.length === 0) setImmediate(send);
  replies.push(one);
}

function send(): void {
  parentPort?.postMessage(replies);
  replies = [];
}

async function answered(question: Question): Promise<Reply> {
  const { number } = question;
  try {
    return { number, value: await answerTo(question) };
  } catch (error) {
    const known = error instanceof BlobError ? { code: error.code, problem: error.problem } : null;
    const file = error instanceof BlobError ? (error.place.file ?? null) : null;
    return { number, error: { ...(known ?? { code: null, problem: String(error) }), file } };
  }
}

async function answerTo(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'get':
      return store.get(question.key);
    case 'put':
      return store.put(question.key, question.bytes, question.options);
    case 'copy':
      return store.copy(question.from, question.to);
    case 'delete':
      return store.delete(question.key);
    case 'flush':
      return store.flush();
    case 'list':
      return entries(question.prefix, question.after);
  }
}

async function entries(prefix: string, after: string | undefined): Promise<BlobEntry[]> {
  const found: BlobEntry[] = [];
  for await (const entry of store.list(prefix, after)) found.push(entry);
  return found;
}
