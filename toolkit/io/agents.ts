import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** By what they were opened for, so that no type of Node's stands in what users of the package see. */
const opened = new WeakMap<object, Agents>();

/** At most `count` connections to each server at one time. */
export function openAgents(owner: object, count: number): void {
  const options = { keepAlive: true, maxSockets: count, maxFreeSockets: count };
  opened.set(owner, { http: new HttpAgent(options), https: new HttpsAgent(options) });
}

/** False, as `node:http` calls it, where none were opened: each request then has a connection of its own. */
export function agentOf(owner: object | undefined, protocol: keyof Agents): HttpAgent | false {
  return (owner === undefined ? undefined : opened.get(owner)?.[protocol]) ?? false;
}

export function closeAgents(owner: object): void {
  const agents = opened.get(owner);
  agents?.http.destroy();
  agents?.https.destroy();
}
