/** What a tool answered, in a line. */
import { type ToolName, toolOutputs } from '@/lib/contracts/tools';

export function summaryOf(name: ToolName, output: Record<string, unknown>): string {
  switch (name) {
    case 'shell': {
      const { stdout, stderr, exitCode, endedBy } = toolOutputs.shell.parse(output);
      const end = endedBy ? `ended: ${endedBy}` : `exit ${exitCode}`;
      const line = firstLine(stdout) || firstLine(stderr);
      return line === '' ? end : `${end}: ${line}`;
    }
    case 'read_file': {
      const { path, size } = toolOutputs.read_file.parse(output);
      return `${path}, ${size} bytes`;
    }
    case 'write_file': {
      const { path, size } = toolOutputs.write_file.parse(output);
      return `${path}, ${size} bytes written`;
    }
    case 'list_files': {
      const { path, entries } = toolOutputs.list_files.parse(output);
      return `${path}, ${entries.length} entries`;
    }
    case 'http_fetch': {
      const { status, url } = toolOutputs.http_fetch.parse(output);
      return `${status} ${url}`;
    }
  }
}

function firstLine(text: string): string {
  return (
    text
      .slice(0, 2_000)
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? ''
  );
}
