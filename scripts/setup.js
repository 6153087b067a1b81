// Runs on whatever Node the machine has: brings node_modules up to the lock file, then gets out of the way.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
const wanted = lockedVersions('package-lock.json');
const present = existsSync(installed) ? lockedVersions(installed) : new Map();

// Packages for other platforms are in the lock file and rightly not on disk.
const missing = [...wanted].filter(
  ([path, entry]) => !entry.optional && present.get(path)?.version !== entry.version,
);
if (missing.length > 0 || !existsSync('node_modules/.bin/node')) {
  console.error('setting up: npm ci');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

function lockedVersions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(
    Object.entries(packages).filter(([path, entry]) => path.startsWith('node_modules/') && !entry.link),
  );
}
