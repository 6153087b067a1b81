import type { FastifyReply } from 'fastify';
import type { Cookie } from './route.ts';

const MAX_COOKIES = 50;

/**
 * Ours by name, without the prefix that they bear where the desk is reached by https. There one without it is not
 * ours: a page of a neighbouring host may have set it, to make somebody work in another one's session.
 */
export function cookiesOf(header: string | undefined, origin: string): Record<string, string> {
  const prefix = prefixOf(origin);
  const pairs = (header ?? '').split(';', MAX_COOKIES).map((pair) => pair.trim().split('='));
  const ours = pairs.flatMap(([name = '', value = '']) =>
    name.startsWith(prefix) && /^[\w-]+$/.test(value) ? [[name.slice(prefix.length), value]] : [],
  );
  return Object.fromEntries(ours);
}

function prefixOf(origin: string): string {
  return origin.startsWith('https:') ? '__Host-' : '';
}

/** Never readable by script, never sent along by another site's page. */
export function setCookies(reply: FastifyReply, cookies: readonly Cookie[], origin: string): void {
  for (const { name, value, maxAge } of cookies) {
    const about = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${value === null ? 0 : maxAge}`;
    const secure = origin.startsWith('https:') ? '; Secure' : '';
    void reply.header('Set-Cookie', `${prefixOf(origin)}${name}=${value ?? ''}; ${about}${secure}`);
  }
}
