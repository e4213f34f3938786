/** Where a process asks for the credentials of its run: its cloud's own library finds the place by these variables. */
import type { CredentialProvider } from '@/lib/contracts/credentials';
import type { DoorSubject } from './door-secrets';

export interface CloudDoors {
  /** `here`: for a process on this machine; else for one that comes by the public address. */
  open(door: { provider: CredentialProvider; subject: DoorSubject; here: boolean }): Promise<Record<string, string>>;
  /** What a run held open is closed with it. */
  closeRun(runId: string): void;
}
