/** Every WebSocket close code Gatehouse uses, with what the person at the other end is told. */
export const closeCodes = {
  malformed: { code: 4400, message: 'Malformed message or parameter.' },
  unauthorized: { code: 4401, message: 'Credential invalid, expired or revoked.' },
  forbidden: { code: 4403, message: 'Not allowed.' },
  notFound: { code: 4404, message: 'No such run or terminal.' },
  superseded: { code: 4409, message: 'Superseded by a newer attach.' },
  exited: { code: 4410, message: 'The process exited.' },
  tooFast: { code: 4429, message: 'Too fast, or too far behind.' },
  tooLarge: { code: 1009, message: 'Frame over 1 MiB.' },
  fault: { code: 1011, message: 'Server fault.' },
  restarting: { code: 1012, message: 'Restarting: reconnect.' },
  full: { code: 1013, message: 'Too many sockets: try again later.' },
} as const;

export type CloseName = keyof typeof closeCodes;

/** Codes after which a client must not reconnect by itself. */
export const terminalCloseCodes: ReadonlySet<number> = new Set([4400, 4401, 4403, 4404, 4409, 4410]);
