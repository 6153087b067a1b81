/** A server of its own process for `api.bench.ts`: `api TREE`, or `bare BYTES` that answers as many of them always. */
import Fastify from 'fastify';
import { createServer } from '../desk/api/index.ts';

const [kind, operand = ''] = process.argv.slice(2);

async function bare(bytes: number): Promise<Awaited<ReturnType<typeof createServer>>> {
  const constant = Buffer.alloc(bytes, 0x20);
  const app = Fastify({ logger: false });
  const text = { type: 'string' };
  const pack = { type: 'object', properties: { name: text, ecosystem: text, purl: text } };
  const body = { type: 'object', properties: { version: text, package: pack } };
  app.post('/v1/query', { schema: { body } }, (_, reply) => {
    reply.header('content-type', 'application/json').send(constant);
  });
  return app;
}

/** Counted, and never reached. */
const UNREACHED = { perSecond: 1e9, burst: 1e9 };

const server =
  kind === 'api' ? await createServer({ tree: operand, rate: UNREACHED }) : await bare(Number(operand));
console.log(await server.listen({ port: 0, host: '127.0.0.1' }));
