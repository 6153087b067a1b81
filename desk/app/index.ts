/**
 * app: the private side put together: all routes, who asks, what runs beside.
 *
 *     const { server, bootstrap } = await startDesk({ store, origin, name, assets: deskAssets(), log });
 *     await server.listen({ port: 8443 });
 */
export { type DeskAssets, deskAssets } from './assets.ts';
export { readCveConfig } from './cve-config.ts';
export { openExample } from './example.ts';
export { type DeskMail, directoryMail, readMailConfig } from './mail-config.ts';
export { recoverMember } from './recover.ts';
export { type DeskConfig, deskRoutes } from './routes.ts';
export { type Desk, type DeskOptions, type DeskPublication, startDesk } from './start.ts';
