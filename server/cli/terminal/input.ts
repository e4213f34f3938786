import { createEscapeKey } from './escape-key';
import type { Joint } from './joint';

const endOfFile = 0x04;
const lineFeed = 0x0a;

interface PumpOptions {
  stdin: AsyncIterable<string | Uint8Array>;
  interactive: boolean;
  joint: Joint;
  /** A key was pressed that went nowhere, since the line is down. */
  onDropped: () => void;
}

/**
 * Carries what is typed or piped to the run. From a pipe it waits: for the line, for control, for the kernel. A person's keys
 * take control where somebody else has it, and are dropped while the line is down. Answers when the person wants to leave,
 * or when there is nothing more.
 */
export async function pumpInput({ stdin, interactive, joint, onDropped }: PumpOptions): Promise<'left' | 'ended'> {
  const escapeKey = interactive ? createEscapeKey() : null;
  let last: number | undefined;
  try {
    for await (const chunk of stdin) {
      const typed = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      const { bytes, detach } = escapeKey?.feed(typed) ?? { bytes: typed, detach: false };
      if (interactive && joint.state === 'lost' && !detach) onDropped();
      else await deliver(joint, bytes, interactive);
      if (detach) return 'left';
      last = bytes.at(-1) ?? last;
    }
  } catch {
    // The stream was closed because the session is over.
    return 'ended';
  }
  if (interactive) return 'left';
  // A terminal has no end of input but this key: once on an empty line, twice where a line was begun.
  const keys = last === undefined || last === lineFeed ? [endOfFile] : [endOfFile, endOfFile];
  await deliver(joint, Uint8Array.from(keys), false);
  return 'ended';
}

async function deliver(joint: Joint, bytes: Uint8Array, interactive: boolean): Promise<void> {
  if (bytes.length === 0) return;
  while (joint.state !== 'over') {
    if (joint.state === 'joined') {
      if (!joint.mayControl) return;
      if (joint.inControl) return await joint.link?.send(bytes);
      if (interactive) joint.link?.sendFrame({ type: 'control', take: true });
    }
    if (joint.state === 'lost' && interactive) return;
    await joint.changed();
  }
}
