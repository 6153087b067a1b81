/** test_updater_delegation_graphs.py of the conformance suite: which roles are asked, and in which order. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SimulatedRepository, SimulatedUser } from '../../../test/given-tuf.ts';

interface Edge {
  readonly from: string;
  readonly name: string;
  readonly patterns?: readonly string[];
  readonly terminating?: boolean;
}

/** `A>B` delegates everything, `A>B!` and nothing behind it is asked; a pattern may follow. */
function edge(text: string): Edge {
  const [, from = '', name = '', end, pattern] =
    /^(\w+)>(\w+)(!?)(?: (.+))?$/.exec(text) ?? assert.fail(text);
  const patterns = pattern === undefined ? {} : { patterns: pattern.split(' ') };
  return { from, name, terminating: end === '!', ...patterns };
}

async function given(
  edges: readonly string[],
  files: readonly [role: string, path: string, content: string][] = [],
): Promise<{ repo: SimulatedRepository; user: SimulatedUser }> {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  const changed = new Set<string>();
  for (const { from, ...delegation } of edges.map(edge)) {
    repo.delegate(from, delegation);
    changed.add(delegation.name).add(from);
  }
  for (const [role, path, content] of files) repo.addFile(role, path, content);
  await repo.publish(...changed, 'snapshot', 'timestamp');
  return { repo, user };
}

const GRAPHS: readonly [id: string, edges: string[], visited: string[]][] = [
  ['basic-delegation', ['targets>A'], ['A']],
  ['single-level-delegations', ['targets>A', 'targets>B'], ['A', 'B']],
  ['two-level-delegations', ['targets>A', 'targets>B', 'B>C'], ['A', 'B', 'C']],
  ['two-level-test-DFS-order-of-traversal', ['targets>A', 'targets>B', 'A>C', 'A>D'], ['A', 'C', 'D', 'B']],
  [
    'three-level-delegation-test-DFS-order-of-traversal',
    ['targets>A', 'targets>B', 'A>C', 'C>D'],
    ['A', 'C', 'D', 'B'],
  ],
  [
    'two-level-terminating-ignores-all-but-roles-descendants',
    ['targets>A', 'targets>B', 'A>C!', 'A>D'],
    ['A', 'C'],
  ],
  [
    'three-level-terminating-ignores-all-but-roles-descendants',
    ['targets>A', 'targets>B', 'A>C!', 'C>D'],
    ['A', 'C', 'D'],
  ],
  ['two-level-ignores-all-branches-not-matching-paths', ['targets>A *.py', 'targets>B', 'A>C'], ['B']],
  [
    'three-level-ignores-all-branches-not-matching-paths',
    ['targets>A', 'targets>B', 'A>C *.py', 'C>D'],
    ['A', 'B'],
  ],
  ['cyclic-graph', ['targets>A', 'targets>B', 'B>C', 'C>D', 'D>B'], ['A', 'B', 'C', 'D']],
  ['two-roles-delegating-to-a-third', ['targets>A', 'targets>B', 'B>C', 'A>C'], ['A', 'C', 'B']],
  [
    'two-roles-delegating-to-a-third-different-paths',
    ['targets>A', 'targets>B', 'B>C', 'A>C *.py'],
    ['A', 'B', 'C'],
  ],
];

for (const [id, edges, visited] of GRAPHS)
  test(`graph_traversal[${id}]`, async () => {
    const { repo, user } = await given(edges);
    // A role of two delegators has a key of each, and both sign.
    assert.equal(await user.download('missingpath'), 'none');
    assert.deepEqual(
      repo.asked.slice(4),
      visited.map((role) => [role, 1]),
    );
  });

const TREE = [
  'targets>A *.doc *.md foo-?.tgz',
  'targets>B releases/*/*',
  'B>C releases/x/*',
  'B>D releases/y/*.zip',
];
const FILES: [role: string, path: string, content: string][] = [
  ['targets', 'targetfile', 'targetfile content'],
  ['A', 'README.md', 'README by A'],
  ['A', 'releases/README.md', 'nested README by A'],
  ['A', 'foo-1.tgz', 'foo 1'],
  ['A', 'foo-alpha.tgz', 'foo alpha'],
  ['C', 'releases/x/x_v1', 'x release by C'],
  ['D', 'releases/y/y_v1.zip', 'y release by D'],
  ['D', 'releases/z/z_v1.zip', 'z release by D'],
];
const SEARCHES: readonly [id: string, path: string, found: boolean, visited: string[]][] = [
  ['no delegations', 'targetfile', true, []],
  ['targetpath matches wildcard', 'README.md', true, ['A']],
  ['targetpath with separators x', 'releases/x/x_v1', true, ['B', 'C']],
  ['targetpath with separators y', 'releases/y/y_v1.zip', true, ['B', 'D']],
  ['targetpath is not delegated by all roles in the chain', 'releases/z/z_v1.zip', false, ['B']],
  ['wildcard does not match path separator', 'releases/README.md', false, []],
  ['targetpath matches question mark wildcard', 'foo-1.tgz', true, ['A']],
  ['targetpath does not match question mark wildcard', 'foo-alpha.tgz', false, []],
  ['targetpath matching is case sensitive', 'README.MD', false, []],
];

for (const [id, path, found, visited] of SEARCHES)
  test(`targetfile_search[${id}]`, async () => {
    const { repo, user } = await given(TREE, FILES);
    assert.equal(await user.download(path), found ? 'ok' : 'none');
    const content = FILES.find(([, file]) => file === path)?.[2];
    assert.deepEqual([...user.files.values()], found ? [content] : []);
    assert.deepEqual(
      repo.asked.slice(4),
      visited.map((role) => [role, 1]),
    );
  });

test('cached_role_is_verified_against_current_delegator: what one delegator trusts, another need not', async () => {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  assert.equal(await user.init(), 'ok');
  repo.delegate('targets', { name: 'parent-a', patterns: ['team-a/*'] });
  repo.delegate('targets', { name: 'parent-b', patterns: ['team-b/*'] });
  repo.delegate('parent-a', { name: 'release', patterns: ['team-a/*'] });
  repo.delegate('parent-b', { name: 'release', patterns: ['team-b/*'] });
  // The key that parent-a delegates to signs, the one of parent-b does not.
  repo.signers.get('release')?.pop();
  repo.addFile('release', 'team-a/root.json', 'trusted A');
  repo.addFile('release', 'team-b/root.json', 'malicious B');
  await repo.publish('release', 'parent-a', 'parent-b', 'targets', 'snapshot', 'timestamp');
  assert.equal(await user.download('team-a/root.json', 'team-b/root.json'), 'threshold');
  assert.deepEqual([...user.files.values()], ['trusted A']);
  // Another run, which finds the role on its disk.
  assert.equal(await user.download('team-b/root.json'), 'threshold');
  assert.equal(await user.download('team-a/root.json'), 'ok');
});

test('delegation_not_in_snapshot: a role of no version is not asked', async () => {
  const repo = await SimulatedRepository.make();
  const user = new SimulatedUser(repo);
  await user.init();
  repo.delegate('targets', { name: 'delegated', patterns: ['delegatedpath/*'] });
  await repo.publish('delegated', 'targets');
  repo.forgetMeta('delegated');
  await repo.publish('snapshot', 'timestamp');
  assert.equal(await user.refresh(), 'ok');
  repo.asked.length = 0;
  assert.equal(await user.download('delegatedpath/foo'), 'missing');
  assert.equal(user.trusted.delegated, undefined);
  assert.deepEqual(repo.asked, [
    ['root', 2],
    ['timestamp', null],
  ]);
});
