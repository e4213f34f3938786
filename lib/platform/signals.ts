/** In-process calls from the domain to whoever holds live things (sockets). Unlike events, they are not sent to browsers. */
export interface Signals {
  /** These operators' sessions are over, or changed their rights: close their sockets with 4401. */
  operatorEnded: { operatorId: string; sessionId?: string };
  serviceKeyEnded: { keyId: string };
}

export interface SignalHub {
  emit<K extends keyof Signals>(name: K, value: Signals[K]): void;
  on<K extends keyof Signals>(name: K, handler: (value: Signals[K]) => void): void;
}

export function createSignalHub(): SignalHub {
  const handlers: { [K in keyof Signals]: Array<(value: Signals[K]) => void> } = {
    operatorEnded: [],
    serviceKeyEnded: [],
  };
  return {
    emit(name, value) {
      for (const handler of handlers[name]) handler(value);
    },
    on(name, handler) {
      handlers[name].push(handler);
    },
  };
}
