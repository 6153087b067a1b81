import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { configVersion, parsePerlConfig, perlDirectories } from './perl-config.ts';

const configPm = `package Config;
$VERSION = "5.036000";
tie %Config, 'Config', {
    archlibexp => '/usr/lib/perl/5.36',
    d_readlink => 'define',
    dont_use_nlink => undef,
    inc_version_list => '5.34.0',
    otherdirs => 'it\\'s a "path"',
    privlibexp => '/usr/share/perl/5.36',
    sitearchexp => '/usr/local/lib/perl/5.36.0',
    sitelibexp => '/usr/local/share/perl/5.36.0',
    version => '5.36.0',
};
`;
const heavy = `sitelib_stem='/usr/local/share/perl'
vendorarchexp='/usr/lib/perl5/5.36'
vendorlibexp='/usr/share/perl5'
otherlibdirs='/opt/a:/opt/b'
`;

test('the settings are read from both files', () => {
  const config = parsePerlConfig(configPm, heavy);
  assert.equal(configVersion(config), '5.36.0');
  assert.equal(config.get('otherdirs'), `it's a "path"`);
  assert.equal(config.has('dont_use_nlink'), false);
  assert.deepEqual(perlDirectories(config), {
    site: ['/usr/local/lib/perl/5.36.0', '/usr/local/share/perl/5.36.0', '/usr/local/share/perl/5.34.0'],
    vendor: ['/usr/lib/perl5/5.36', '/usr/share/perl5'],
    core: ['/usr/lib/perl/5.36', '/usr/share/perl/5.36'],
    other: ['/opt/a', '/opt/b'],
  });
});

test('another Config.pm is not of a perl', () => {
  assert.equal(configVersion(parsePerlConfig("package My::Config; our %c = (version => '5.36.0');")), null);
  assert.equal(configVersion(parsePerlConfig('')), null);
});

test('paths of a perl that can be moved are not believed', () => {
  assert.deepEqual(perlDirectories(parsePerlConfig("archlibexp => '.../../lib/5.36.0'")).core, []);
});

test("the machine's perl agrees", { skip: withoutPerl('Config') }, () => {
  const keys = [
    'version',
    'archlibexp',
    'privlibexp',
    'sitearchexp',
    'sitelibexp',
    'vendorlibexp',
    'vendorarchexp',
  ];
  const [file = '', ...values] = askPerl(
    `use Config; print "$INC{'Config.pm'}\\n"; print "$Config{$_}\\n" for qw(${keys.join(' ')})`,
    [],
  );
  const heavyFile = file.replace('Config.pm', 'Config_heavy.pl');
  const texts = [file, heavyFile].filter(existsSync).map((path) => readFileSync(path, 'utf8'));
  const config = parsePerlConfig(...texts);
  assert.deepEqual(
    keys.map((key) => config.get(key)),
    values,
  );
  assert.equal(
    spawnSync('perl', ['-e', 'printf "%vd", $^V'], { encoding: 'utf8' }).stdout,
    configVersion(config),
  );
});

test('any text is read in its time', () => {
  const line = fc.constantFrom("a => 'x',", "b='", "'", '\\', '  ', "version => '5.1.2'", "archlibexp=''");
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      perlDirectories(parsePerlConfig(lines.join('\n')));
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
  for (const piece of [' ', "a='", '\n', 'a', "a='\\\n", "\\'"]) parsePerlConfig(piece.repeat(1_000_000));
});
