/**
 * inventory: what is here, found without running any of it: no cpanfile, no Makefile.PL, no perl.
 *
 *     const inventory = await inventoryProject('.', files);         // lock file, local library, cpanfile, META
 *     inventory.components[0]; // { key: 'Mojolicious@9.31', distribution: 'Mojolicious', presence: 'locked', … }
 *     inventory.unexamined;    // [{ kind: 'dynamic', place: { file: 'cpanfile', line: 12 }, reason: '…' }]
 *
 *     await inventoryFile('bom.json', files, { archives });         // any one file, an archive too
 *     inventoryPurls('pkg:cpan/DBI@1.643\nMojolicious@9.31\n');
 *     inventoryTree({ inc: ['/srv/app/local'] }, files);            // directories of modules
 *     inventoryMachine(files, { gunzip, homes: ['/home/*'] });      // every perl here, or in an unpacked image
 *
 * Words: a *component* is one distribution (or module, or perl) in one version in one place; its *presence* says
 * how it is known. A *tree* is what one entry of `@INC` and its architecture's directory hold together. A
 * component is *shadowed* when perl finds its main module earlier elsewhere. What could not be read is
 * *unexamined*, never left out. A *distributor* is the vendor whose package carries a component; what its
 * changelog names is fixed there whatever the version says.
 *
 * What counts as evidence, in which order, stands in `project.ts` for projects and `installed.ts` for trees.
 *
 * - cpanfile.snapshot: https://metacpan.org/pod/Carton
 * - .packlist, perllocal.pod: https://metacpan.org/pod/ExtUtils::Install, https://metacpan.org/pod/perllocal
 * - perl's Config: https://metacpan.org/pod/Config
 * - dpkg's database and Debian changelogs: https://www.debian.org/doc/debian-policy/
 * - package URLs: https://github.com/package-url/purl-spec
 */
export { InventoryError, type InventoryErrorCode } from './errors.ts';
export { type FileOptions, inventoryFile } from './file.ts';
export type { GivenPlaces } from './given-places.ts';
export { type InstalledOptions, inventoryMachine, inventoryTree } from './installed.ts';
export type {
  Asked,
  Component,
  Distributor,
  Input,
  InputKind,
  Inventory,
  PerlFound,
  Unexamined,
} from './inventory.ts';
export type { Files, Gunzip } from './ops.ts';
export { inventoryProject, type ProjectOptions } from './project.ts';
export { inventoryPurls } from './purls.ts';
