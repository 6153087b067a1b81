/**
 * update: what a public tree offers, taken only when it is what CPAN says now (The Update Framework) and what
 * everybody was shown (the transparency log).
 *
 * Words: the *manifest* of a tree says what all of it is; the *policy* of the log says whose signatures count for it,
 * and is itself signed for by TUF; *logged* is a manifest whose entry is proved to be in the log, in a checkpoint that
 * a quorum of witnesses has cosigned.
 *
 * @example
 *   const client = new TufClient(ops, { mirrors: [fetchBelow(new URL('tuf/', top), net)] });
 *   const { manifest } = await verifiedManifest({ client, fetch: fetchBelow(top, net), ...logOps });
 *   const tree = treeOf(manifest, fetchBelow(top, net)); // everything else by digest
 */
export { UpdateError, type UpdateErrorCode } from './errors.ts';
export {
  LOG_POLICY_PATH,
  type Logged,
  type UpdateOps,
  type VerifiedManifest,
  verifiedManifest,
} from './verified-manifest.ts';
