/**
 * io: the only room that touches disk, network, processes and the clock. What it exports fits by shape the
 * effects that the other rooms ask for: `Files` of inventory, `IndexReader` of advisories, `ArchiveOps` of cpan,
 * `Sha256` of base.
 *
 * Words: a *root* is the directory of an unpacked system, which stands for `/`; an *address* is an http, https
 * or file URL; a *part* is a download that is not whole yet.
 *
 *     const files = diskFiles('/srv/image');                  // its /etc/passwd, never the machine's
 *     files.read('/etc/debian_version', 100);
 *
 *     const net = { env: process.env, limit: 1 << 16 };       // HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE
 *     const head = await httpGet(parseAddress('https://example.org/index/head.json'), net);
 *
 *     replaceFile(join(dataHome(process.env), 'index'), bytes);
 *
 * Links: RFC 9110 (HTTP semantics: ranges, If-Range, CONNECT), RFC 9112 (HTTP/1.1), XDG Base Directory
 * Specification 0.8, path_resolution(7), RFC 1952 (gzip), the .xz file format 1.2.1, APPNOTE.TXT (zip).
 */
export { bunzip2 } from './bunzip2.ts';
export { clientOf } from './client-of.ts';
export { now } from './clock.ts';
export { Connections } from './connections.ts';
export { type Deadline, deadline } from './deadline.ts';
export { diskFiles } from './disk-files.ts';
export { type Downloaded, type DownloadOptions, fetchTo } from './download.ts';
export { nodeEd25519 } from './ed25519.ts';
export { IoError, type IoErrorCode, ioError, systemCode } from './errors.ts';
export { Failures } from './failures.ts';
export { fetchBelow, type GetOptions, httpDigest, httpGet, parseAddress, requireLength } from './fetch.ts';
export { fetchWithin, type Patience } from './fetch-within.ts';
export { gunzip, gunzipBytes } from './gunzip.ts';
export { dataHome, type Environment, userHome } from './home.ts';
export { type OpenFile, openIndexFile } from './index-file.ts';
export { withLock } from './lock.ts';
export { type MemoryEntry, memoryFiles } from './memory-files.ts';
export { nodeMlDsa44 } from './ml-dsa44.ts';
export { nodePost, type Posted } from './post.ts';
export { readPrivate, writePrivate } from './private-file.ts';
export { type ProgramOptions, type ProgramResult, runProgram } from './program.ts';
export { readFile } from './read-file.ts';
export { readStdin, readStream } from './read-stream.ts';
export { makeDirectory, moveIntoPlace, replaceFile, replaceName, syncDirectory } from './replace-file.ts';
export { type Answer, get, type NetOptions } from './request.ts';
export { nodeSha256, nodeSha256Into } from './sha256.ts';
export type { Entry, Kind, TreeFiles } from './tree.ts';
export { tufCache } from './tuf-cache.ts';
export { nodeDigest, nodeTufVerifier } from './tuf-verifier.ts';
export { streamFile, unpackers } from './unpack.ts';
export { unxz } from './unxz.ts';
export { unzip, type ZipEntry } from './unzip.ts';
