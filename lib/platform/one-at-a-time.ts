/** Runs what it is given one after the other: a check and the change it allows then see the same state. */
export function createOneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return function run<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

/** The same for each key alone: work of different keys does not wait for each other. */
export function createOneAtATimeByKey() {
  const queues = new Map<string, { run: ReturnType<typeof createOneAtATime>; waiting: number }>();
  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const queue = queues.get(key) ?? { run: createOneAtATime(), waiting: 0 };
    queues.set(key, queue);
    queue.waiting += 1;
    try {
      return await queue.run(work);
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) queues.delete(key);
    }
  };
}
