import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Connections that are kept between requests, to servers that no proxy stands before. */
export class Connections {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;

  /** At most `count` to each server at one time. */
  constructor(count: number) {
    const options = { keepAlive: true, maxSockets: count, maxFreeSockets: count };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}
