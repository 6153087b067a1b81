/** Completion scripts, asked as the shells ask them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { withoutProgram } from '../peers.ts';

const home = mkdtempSync(join(tmpdir(), 'cpansec-completion-'));
after(() => rmSync(home, { recursive: true }));

function scriptFor(shell: string): string {
  const file = join(home, shell);
  writeFileSync(file, execFileSync(process.execPath, ['toolkit/dist/cpansec.cjs', 'completion', shell]));
  return file;
}

function ask(shell: string, program: string, ...args: string[]): string {
  const env = { ...process.env, HOME: home, TERM: 'dumb' };
  return execFileSync(shell, [...args, '-c', program], { env, encoding: 'utf8', timeout: 60_000 });
}

const FORMATS = /\bcpan-audit\b.*\bsarif\b|\bsarif\b.*\bcpan-audit\b/s;

test('bash', { skip: withoutProgram('bash') }, () => {
  const script = scriptFor('bash');
  const complete = (...words: string[]) =>
    ask(
      'bash',
      `source ${script}; COMP_WORDS=(cpansec ${words.join(' ')}); COMP_CWORD=${words.length}
      _cpansec; echo "\${COMPREPLY[@]}"`,
    );
  assert.equal(complete('au'), 'audit\n');
  assert.equal(complete('audit', '--form'), '--format\n');
  assert.match(complete('audit', '--format', '""'), FORMATS);
});

test('fish', { skip: withoutProgram('fish') }, () => {
  const script = scriptFor('fish');
  const complete = (line: string) => ask('fish', `source ${script}; complete -C '${line}'`);
  assert.match(complete('cpansec au'), /^audit\tfind what is vulnerable/m);
  assert.match(complete('cpansec audit --form'), /^--format\t/m);
  assert.match(complete('cpansec audit --format '), FORMATS);
});

test('zsh, at its prompt', { skip: withoutProgram('zsh') }, () => {
  const script = scriptFor('zsh');
  // Read until the pattern has come: the shell may take its time.
  const typed = (keys: string, pattern: string) =>
    ask(
      'zsh',
      `zmodload zsh/zpty && zpty shell zsh -f -i
      zpty -w shell 'autoload -U compinit; compinit -D -u; source ${script}; print rea""dy'
      zpty -r shell said '*ready*' && zpty -w -n shell $'${keys}\\t' && zpty -r shell said '${pattern}'
      print -r -- "$said"`,
      '-f',
    );
  assert.match(typed('cpansec au', '*audit*'), /cpansec audit/);
  assert.match(typed('cpansec audit --form', '*format*'), /--format/);
});
