/**
 * follower: reads a mirror of CPAN, over http, https or in a directory, and logs what it publishes: releases,
 * CHECKSUMS, indexes, removals. It believes a mirror nothing: the digest of the bytes is what is logged, and where
 * CHECKSUMS or an earlier digest says otherwise, that is told.
 *
 * Words: a *round* is one look at everything that is new; *work* is a file that is still to be looked at; a *problem*
 * is what a monitor has to see.
 *
 * @example
 *   const state = new State('var/follower.db');
 *   const mirror = openMirror('https://cpan.example.org/', http);
 *   const { logged, raised } = await followOnce({ mirror, state, log, store: null, … });
 */
export type { Appended, Appender, Tally } from './batch.ts';
export { FollowError, type FollowErrorCode } from './errors.ts';
export { type FollowOptions, followOnce, type Round } from './follow.ts';
export type { HttpOptions } from './http-mirror.ts';
export type { Mirror } from './mirror.ts';
export { openMirror } from './open-mirror.ts';
export { problemLines } from './problem-lines.ts';
export { type Problem, type ProblemKind, type StandingProblem, State } from './state.ts';
