import type { FastifyReply } from 'fastify';
import type { Cookie } from './route.ts';

const MAX_COOKIES = 50;

/** By name, without the prefix that ours bear where the desk is reached by https. */
export function cookiesOf(header: string | undefined): Record<string, string> {
  const pairs = (header ?? '').split(';', MAX_COOKIES).map((pair) => pair.trim().split('='));
  const ours = pairs.flatMap(([name = '', value = '']) =>
    /^[\w-]+$/.test(value) ? [[plain(name), value]] : [],
  );
  return Object.fromEntries(ours);
}

function plain(name: string): string {
  return name.replace(/^__Host-/, '');
}

/** Never readable by script, never sent along by another site's page. */
export function setCookies(reply: FastifyReply, cookies: readonly Cookie[], origin: string): void {
  const secure = origin.startsWith('https:');
  for (const { name, value, maxAge } of cookies) {
    const about = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${value === null ? 0 : maxAge}`;
    void reply.header(
      'Set-Cookie',
      `${secure ? '__Host-' : ''}${name}=${value ?? ''}; ${about}${secure ? '; Secure' : ''}`,
    );
  }
}
