/** Debian's cpan-audit, as it is. It reads one string of ranges where the newest reads a list of them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockPath } from './locks.ts';
import { askPerl } from './peers.ts';
import { sharedPath, sharedText } from './shared.ts';

/** CPANSA's database, as far as it asks. */
export interface CpanAuditDatabase {
  dists: Record<string, { versions: object[]; advisories: Row[] }>;
}
interface Row {
  id: string;
  affected_versions: string[];
  fixed_versions: string[];
}
interface OldRow {
  id: string;
  affected_versions: string;
  fixed_versions: string;
}

/** An advisory for each affected element; where there are several fixed ones, all but the first turned round. */
function oldRows({ id, affected_versions, fixed_versions }: Row): OldRow[] {
  const [fixed = '', ...others] = fixed_versions;
  const affected = others.reduce(
    (elements, other) =>
      elements.flatMap((element) => other.split(',').map((part) => `${element},${opposite(part)}`)),
    affected_versions,
  );
  return affected.map((element) => ({ id, affected_versions: element, fixed_versions: fixed }));
}

const OPPOSITES: Readonly<Record<string, string>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '': '<',
};
function opposite(constraint: string): string {
  const [, operator = '', version = ''] = /^([<>=]*)(.*)$/.exec(constraint) ?? [];
  return `${OPPOSITES[operator]}${version}`;
}

/** What stands in the lock files, in the shape that cpan-audit compiles. */
function oldDatabase({ dists }: CpanAuditDatabase, locks: string): object {
  const asked = Object.entries(dists).filter(([name]) => locks.includes(`/${name}-`));
  const converted = asked.map(([name, { versions, advisories }]) => [
    name,
    { versions, advisories: advisories.flatMap(oldRows) },
  ]);
  return { module2dist: {}, dists: Object.fromEntries(converted) };
}

/** Line by line databases, then folders; for each database the dists of each folder with what affects them. */
const CPAN_AUDIT = `
  use strict; use warnings; use JSON::PP;
  BEGIN { $INC{'CPAN/Audit/DB.pm'} = 1; package CPAN::Audit::DB; our ($VERSION, $DB) = (1); sub db { $DB } }
  use CPAN::Audit;
  my $count = <STDIN>;
  my @databases = map { decode_json(scalar <STDIN>) } 1 .. $count;
  chomp(my @folders = <STDIN>);
  my $json = JSON::PP->new->canonical;
  for my $database (@databases) {
    $CPAN::Audit::DB::DB = $database;
    my $audit = CPAN::Audit->new(no_corelist => 1, quiet => 1);
    for my $folder (@folders) {
      my $dists = $audit->command('deps', $folder)->{dists};
      print $json->encode({ map { my $found = $dists->{$_};
        ($_ => { version => $found->{version}, ids => [ sort map { $_->{id} } @{ $found->{advisories} } ] }) }
        keys %$dists }), "\\n";
    }
  }
`;

/** By distribution. */
export type CpanAuditAnswers = Record<string, { version: string; ids: string[] }>;

/** For each database its answers for each lock file, as `locks.ts` names them. */
export function askCpanAudit(
  databases: readonly CpanAuditDatabase[],
  locks: readonly string[],
): CpanAuditAnswers[][] {
  const locked = locks.map((lock) => sharedText(lockPath(lock))).join('\n');
  const old = databases.map((one) => oldDatabase(one, locked));
  const home = mkdtempSync(join(tmpdir(), 'cpansec-cpan-audit-'));
  try {
    const folders = locks.map((lock) => {
      const folder = join(home, lock);
      mkdirSync(folder);
      symlinkSync(sharedPath(lockPath(lock)), join(folder, 'cpanfile.snapshot'));
      return folder;
    });
    const lines = [String(old.length), ...old.map((one) => JSON.stringify(one)), ...folders];
    const answers = askPerl(CPAN_AUDIT, lines).map((line) => JSON.parse(line) as CpanAuditAnswers); // our program's output
    return databases.map((_, i) => answers.slice(i * locks.length, (i + 1) * locks.length));
  } finally {
    rmSync(home, { recursive: true });
  }
}
