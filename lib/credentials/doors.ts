/** Where a process asks for the credentials of its run: its cloud's own library finds the place by these variables. */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { DoorSubject } from './door-secrets';

export interface OpenedDoor {
  env: Record<string, string>;
  /** What does not work there, as sentences. */
  notices: string[];
}

export interface CloudDoors {
  /** `here`: for a process on this machine; else for one that comes by the public address. */
  open(door: { provider: CredentialProvider; subject: DoorSubject; here: boolean }): Promise<OpenedDoor>;
  /** What a run held open is closed with it. */
  closeRun(runId: string): void;
  /** At shutdown: doors of runs that go on are opened again by the next start, at the same place. */
  close(): void;
}
