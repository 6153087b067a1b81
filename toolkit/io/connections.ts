import { closeAgents, openAgents } from './agents.ts';

/** Connections that are kept between requests, to servers that no proxy stands before. */
export class Connections {
  /** At most `count` to each server at one time. */
  constructor(count: number) {
    openAgents(this, count);
  }

  close(): void {
    closeAgents(this);
  }
}
