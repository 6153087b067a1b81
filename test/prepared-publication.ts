/** A publication as its page shows it, from its preparation on, and how often what is outside happened. */
import assert from 'node:assert/strict';
import type { MemberPrincipal } from '../desk/access/index.ts';
import { LIST, type Publishing } from './given-publication.ts';

export const CVE = 'CVE-2099-90001';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly digest: string;
  readonly seen: boolean;
  readonly problems: readonly string[];
  readonly beginning: { readonly at: string | null };
  readonly texts: readonly { readonly key: string; readonly subject: string; readonly text: string }[];
  readonly steps: readonly {
    readonly kind: string;
    readonly state: string;
    readonly problem: string | null;
    readonly proof: string | null;
  }[];
}

export async function shown(desk: Publishing, id: string, as: MemberPrincipal = desk.ada): Promise<Shown> {
  const { status, body } = await desk.ask('GET', `/publications/${id}`, { as });
  assert.equal(status, 200, body);
  return JSON.parse(body);
}

export const WANTED: readonly string[] = ['announcement', 'post:mastodon'];

export async function prepared(
  desk: Publishing,
  cases: readonly string[],
  more: object = {},
): Promise<string> {
  const { status, body } = await desk.post('/publications', {
    cases,
    purpose: 'publish',
    wanted: WANTED,
    ...more,
  });
  assert.equal(status, 200, body);
  return JSON.parse(body).id;
}

export async function approved(desk: Publishing, id: string): Promise<void> {
  const { digest, problems } = await shown(desk, id);
  assert.deepEqual(problems, []);
  const { status, body } = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
  assert.equal(status, 200, body);
}

export const steps = async (desk: Publishing, id: string): Promise<string[]> =>
  (await shown(desk, id)).steps.map(({ kind, state, problem }) =>
    problem === null ? `${kind} ${state}` : `${kind} ${state}: ${problem}`,
  );

/** How often each of the things outside happened. */
export async function outside(desk: Publishing): Promise<Record<string, number>> {
  const puts = desk.services.requests.filter((one) => /^(POST|PUT) \/api\/cve\//.test(one));
  return {
    revisions: (await desk.published.revisionNumbers('CPANSA-Foo-Bar-2099-90001')).length,
    trees: desk.trees.made,
    records: desk.services.records.size,
    puts: puts.length,
    announced: desk.sent.filter(({ to }) => to === LIST).length,
    letters: desk.sent.filter(({ to }) => to !== LIST).length,
    posts: desk.posted.size,
  };
}

export const ONCE = { revisions: 1, trees: 1, records: 1, puts: 1, announced: 1, letters: 1, posts: 1 };
export const NOTHING = { revisions: 0, trees: 0, records: 0, puts: 0, announced: 0, letters: 0, posts: 0 };
