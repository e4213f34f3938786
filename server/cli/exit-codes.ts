/** What the command line's exit code says. docs/cli.md carries the same table. */
export const exitCodes = {
  ok: 0,
  /** The server refused, or something went wrong on the way. */
  failed: 1,
  /** The command line itself was wrong. */
  usage: 2,
  /** No key, an unreadable or unsafe configuration file. */
  config: 3,
  /** The server did not answer. */
  unreachable: 4,
  /** A check found a problem: the record does not verify, or the doctor found something to mend. */
  problem: 5,
  /**
   * `run` and `attach` exit as the command did (128 + n after signal n), so their own reasons sit where shells and timeout(1)
   * keep theirs.
   */
  runOverBudget: 122,
  runRevoked: 123,
  runExpired: 124,
  /** The run could not be started or followed. */
  runFailed: 125,
  commandNotFound: 127,
} as const;
