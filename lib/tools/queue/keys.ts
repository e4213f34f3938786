/** What the tools service keeps in Redis, by name. docs/tools-service.md says which of it who may touch. */
export const queueStream = 'gatehouse:stream:tools';
export const queueGroup = 'gatehouse:tools';
/** Calls that no worker could begin, for an admin to look at. */
export const deadStream = 'gatehouse:stream:tools:dead';

const prefix = 'gatehouse:tools:queue:';
/** What the gate authorised, written before the envelope: without it nothing runs. */
export const orderKey = (callId: string) => `${prefix}order:${callId}`;
/** Taken once, before the effect. It belongs to the bytes of an envelope, so that a forged one cannot take it from the real one. */
export const begunKey = (digest: string) => `${prefix}begun:${digest}`;
export const failuresKey = (digest: string) => `${prefix}failures:${digest}`;
/** A stream of one console process. */
export const repliesKey = (processId: string) => `${prefix}replies:${processId}`;
/** A hash: what each worker says of itself, by consumer name. */
export const workersKey = `${prefix}workers`;
/** A channel: the ids of calls that must end. */
export const cancelChannel = `${prefix}cancel`;

/** Where a worker may write an answer; any other name in an envelope would have it write wherever the sender likes. */
export const repliesPattern = /^gatehouse:tools:queue:replies:[A-Za-z0-9_-]{1,64}$/;
/** The consumer that holds what a worker read and did not begin, until another takes it. */
export const returned = 'returned';
