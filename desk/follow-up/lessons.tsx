/** What was learned of cases, for the members who see them. */
import type { JSX } from 'preact';
import Type from 'typebox';
import { type Lessons, readCase } from '../casefile/index.ts';
import { memberOf } from '../cases/index.ts';
import { reference } from '../reports/index.ts';
import { StoreError, type Transaction, type Vault } from '../store/index.ts';
import { Instant } from '../ui/index.ts';
import { type Route, route } from '../web/index.ts';
import { Learned } from './follow-page.tsx';

/** Cases that one look opens, those that changed last. */
const MOST = 300;

interface Learning {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
  readonly lessons: Lessons;
}

interface LessonsModel {
  readonly lessons: readonly Learning[];
  /** Whether there are older cases that were not looked into. */
  readonly more: boolean;
}

const text = Type.String();
const words = { well: text, badly: text, change: text, declined: text, at: text };

export const lessonsRoute: Route = route({
  method: 'GET',
  path: '/lessons',
  act: 'case.list',
  title: 'Lessons',
  model: Type.Unsafe<LessonsModel>(
    Type.Object({
      lessons: Type.Array(
        Type.Object({ id: text, reference: text, title: text, lessons: Type.Object(words) }),
      ),
      more: Type.Boolean(),
    }),
  ),
  handle: async (asked) => {
    const ids = await followedCases(asked.tx, memberOf(asked));
    const found: Learning[] = [];
    for (const id of ids.slice(0, MOST)) found.push(...(await learnedIn(asked.tx, asked.vault, id)));
    asked.note({ lessons: found.length });
    return { model: { lessons: found, more: ids.length > MOST } };
  },
  page: lessonsPage,
});

async function followedCases(tx: Transaction, member: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('cases')
    .innerJoin('case_members', 'case_members.case_id', 'cases.id')
    .select('cases.id')
    .where('member_id', '=', member)
    .where('part', '=', 'member')
    .where('phase', 'in', ['follow-up', 'closed'])
    .where('disclosed_at', 'is not', null)
    .orderBy('changed_at', 'desc')
    .orderBy('cases.id')
    .limit(MOST + 1)
    .execute();
  return rows.map(({ id }) => id);
}

/** Those that were written; nothing of a case that was shredded. */
async function learnedIn(tx: Transaction, vault: Vault, id: string): Promise<Learning[]> {
  const file = await readCase(tx, vault, id).catch((error: unknown) => {
    if (error instanceof StoreError && error.code === 'destroyed') return null;
    throw error;
  });
  const lessons = file?.content.lessons ?? null;
  if (file === null || lessons === null || lessons.declined !== '') return [];
  return [{ id, reference: reference(id), title: file.content.title, lessons }];
}

function lessonsPage({ lessons, more }: LessonsModel): JSX.Element {
  return (
    <>
      <h1>Lessons</h1>
      <p class="lead">
        {lessons.length === 0 ? 'None yet.' : 'Of your cases, those that changed last first.'}
      </p>
      {lessons.map(({ id, reference: ref, title, lessons: learned }) => (
        <section key={id}>
          <h2>
            <a href={`/cases/${id}/follow-up`}>{title === '' ? 'Untitled' : title}</a>
          </h2>
          <p class="quiet small">
            <code>{ref}</code>, <Instant at={learned.at} />
          </p>
          <Learned lessons={learned} />
        </section>
      ))}
      {more ? <p>Older cases were not looked into.</p> : null}
    </>
  );
}
