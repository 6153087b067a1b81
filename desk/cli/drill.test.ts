/** The drill as it is typed; `docs/walks/a-drill.md` is what this test writes down. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertGolden } from '../../test/golden.ts';
import { typed } from '../../test/typed.ts';

const PAGE = fileURLToPath(new URL('../../docs/walks/a-drill.md', import.meta.url));

const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('cpansec-drill-'));

test('the page of the drill is what it says, where all goes well and where nothing does', async () => {
  const before = left();
  const page = [
    `# A drill

An incident comes once in years, and then everything is new at once. \`cpansec-desk drill\` lets a group meet one at a
table: a fictional incident in a database of its own, an answer a line, and a clock that runs with the answers. Nothing
is sent, nothing is kept. A test types what stands here (\`desk/cli/drill.test.ts\`).
`,
  ];
  for (const [title, choices] of [
    ['Where all goes well', '1,1,1,1,1'],
    ['Where nothing does', '3,3,2,2,2'],
  ] as const) {
    const { status, out, err } = await typed(['drill', '--choices', choices]);
    assert.deepEqual([status, err], [0, '']);
    assert.match(out, /^FICTION\. This is a drill/);
    assert.equal(out.match(/^FICTION/gm)?.length, 7, 'each step, the beginning and the end say so');
    page.push(
      `## ${title}\n\n\`\`\`console\n$ cpansec-desk drill --choices ${choices}\n${out.trimEnd()}\n\`\`\`\n`,
    );
  }
  assertGolden(PAGE, page.join('\n'));
  assert.deepEqual(left(), before, 'nothing is kept');
});

test('a wrong number is asked again, and whoever leaves early is told that nothing is kept', async () => {
  const { status, out, err } = await typed(['drill', '--choices', '9,1']);
  assert.match(out, /> 9\nA number from 1 to 3\.\n> 1\n/);
  assert.deepEqual([status, /left before its end/.test(err)], [2, true]);
  assert.equal((await typed(['drill', '--choices', 'all'])).status, 2);
  assert.equal((await typed(['drill', 'now'])).status, 2);
});
