/** A CPAN of our own on disk, for the real clients: distributions made on the spot, the list of packages. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface MadeDist {
  /** `Example-Leaf`, with one module of that name. */
  readonly name: string;
  readonly version: string;
  /** Versions by module. */
  readonly requires?: Readonly<Record<string, string>>;
}

/** Writes the mirror below the directory; of one name the last version is the one that is listed. Gives its URL. */
export function makeMirror(directory: string, dists: readonly MadeDist[]): string {
  const authors = join(directory, 'authors/id/E/EX/EXAMPLE');
  mkdirSync(authors, { recursive: true });
  mkdirSync(join(directory, 'modules'), { recursive: true });
  for (const dist of dists) pack(dist, authors);
  const listed = new Map(dists.map(({ name, version }) => [moduleOf(name), { name, version }]));
  const rows = [...listed].map(
    ([module, { name, version }]) => `${module} ${version} E/EX/EXAMPLE/${name}-${version}.tar.gz\n`,
  );
  const head = `File: 02packages.details.txt\nColumns: package name, version, path\nLine-Count: ${rows.length}\n\n`;
  writeFileSync(join(directory, 'modules/02packages.details.txt.gz'), gzipSync(head + rows.sort().join('')));
  return `file://${directory}`;
}

export function moduleOf(name: string): string {
  return name.replaceAll('-', '::');
}

function pack({ name, version, requires = {} }: MadeDist, authors: string): void {
  const module = moduleOf(name);
  const folder = `${name}-${version}`;
  const pm = `lib/${module.replaceAll('::', '/')}.pm`;
  const wanted = Object.entries(requires);
  const files = {
    'Makefile.PL': `use ExtUtils::MakeMaker;\nWriteMakefile(NAME => '${module}', VERSION_FROM => '${pm}', PREREQ_PM => {${wanted
      .map(([name, least]) => `'${name}' => '${least}'`)
      .join(', ')}});\n`,
    'META.json': JSON.stringify({
      abstract: 'made for a test',
      author: ['nobody'],
      dynamic_config: 0,
      generated_by: 'a test',
      license: ['perl_5'],
      'meta-spec': { version: 2 },
      name,
      prereqs: { runtime: { requires } },
      provides: { [module]: { file: pm, version } },
      release_status: 'stable',
      version,
    }),
    [pm]: `package ${module};\nour $VERSION = '${version}';\n1;\n`,
    MANIFEST: `MANIFEST\nMETA.json\nMakefile.PL\n${pm}\n`,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(authors, folder, path)), { recursive: true });
    writeFileSync(join(authors, folder, path), content);
  }
  execFileSync('tar', ['-czf', `${folder}.tar.gz`, folder], { cwd: authors });
  rmSync(join(authors, folder), { recursive: true });
}
