/**
 * incidents: somebody did harm by intent: a malicious release, a stolen account, a server, metadata. An incident is
 * a case of that kind; what is known of it is sealed with the case.
 *
 *     const id = await openIncident(by, { title: 'Example-Dist 1.4 sends secrets away', kind: 'malicious-release' });
 *     await addIndicator({ ...by, caseId: id }, { type: 'domain', value: 'collect.example.net' });
 *     await ask({ ...by, caseId: id }, { measure: 'freeze-account', to: 'pause', address: null });
 *
 * Words: an *indicator* shows that a malicious release ran; the *course* is what those did who did it; *evidence* is a
 * file with a *chain of custody*, who had it when; *containment* is what others are asked to do, by *measures*.
 */
export { type Asked, type Drilled, drill } from './drill/drill.ts';
export type { Choice } from './drill/scene.ts';
export { incidentRoutes } from './routes.tsx';
export type { KnownDistribution, Uploads } from './uploads.ts';
