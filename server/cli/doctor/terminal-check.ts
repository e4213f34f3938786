import { PassThrough } from 'node:stream';
import type { Api } from '../api';
import { CliFailure } from '../failure';
import { followTerminal } from '../terminal/follow';
import { createJoint } from '../terminal/joint';
import { type CheckResult, ok, problem } from './check';

const name = 'Terminal';
const said = 'gatehouse doctor';

/** Starts a real run that prints one line, and reads that line through the socket. The run stays on the record. */
export async function checkTerminal(api: Api, userId: string): Promise<CheckResult> {
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk) => {
    text += String(chunk);
  });
  const size = { cols: 80, rows: 24 };
  try {
    const { run } = await api.call('runs.create', {
      body: {
        title: 'gatehouse doctor',
        projectId: 'doctor',
        kind: 'pty',
        command: ['/bin/sh', '-c', `printf '%s\\n' '${said}'`],
        principal: { userId, platform: 'console' },
        ttlSeconds: 60,
        awaitViewer: true,
      },
    });
    const end = await followTerminal({
      api,
      runId: run.id,
      joint: createJoint(),
      readOnly: true,
      showOutput: true,
      clearFirst: false,
      say: () => undefined,
      local: {
        interactive: false,
        size: () => size,
        onResize: () => undefined,
        write: (bytes) => new Promise((resolve) => output.write(bytes, () => resolve())),
        clear: () => undefined,
        restore: () => undefined,
      },
    });
    if (end.exit?.code === 0 && text.includes(said)) return ok(name, `a run printed, and exited with 0 (${run.id})`);
    return problem(
      name,
      `the run ${run.id} gave ${JSON.stringify(text.slice(0, 80))} and ${JSON.stringify(end.exit)}`,
      'Look at the run in the console.',
    );
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return problem(name, error.message, "The server's log has the reason.");
  }
}
