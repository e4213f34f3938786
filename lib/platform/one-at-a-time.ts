/** Runs what it is given one after the other: a check and the change it allows then see the same state. */
export function createOneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return function run<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
