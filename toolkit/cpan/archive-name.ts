/** What PAUSE takes for a release (lib/PAUSE/dist.pm), and the endings of long ago. */
const ARCHIVE = /\.(?:tar[._-](?:gz|bz2|xz|z)|tgz|tbz2?|txz|zip|pm\.gz)$/i;

/** Whether the name, or the path, is that of an archive. */
export function isArchiveName(name: string): boolean {
  return ARCHIVE.test(name);
}
