import { printable } from '@/components/ui/printable';
import { ScrollText } from '@/components/ui/scroll-text';
import type { ConnectorTool } from '@/lib/contracts/connectors';

/** Everything a tool's server says about it. All of it is text from elsewhere. */
export function ToolDetails({ tool }: { tool: ConnectorTool }) {
  return (
    <div className="flex flex-col gap-3 whitespace-normal">
      {tool.description && (
        <p className="max-w-[96ch] whitespace-pre-wrap break-words">
          {printable(tool.description, { keepNewlines: true })}
        </p>
      )}
      <p className="text-muted">
        Class <span className="text-text">{tool.safety}</span>. {printable(tool.why)}
      </p>
      {(tool.capability || tool.privilege) && (
        <p className="text-muted">
          {tool.capability && (
            <>
              A run under a plugin needs the plugin to have been granted{' '}
              <code className="text-text">{tool.capability}</code>.{' '}
            </>
          )}
          {tool.privilege && (
            <>
              Its principal needs <code className="text-text">{tool.privilege}</code>.
            </>
          )}
        </p>
      )}
      <div>
        <p className="pb-1 text-hint text-muted">What it takes</p>
        <ScrollText
          label={`Input of ${printable(tool.name)}`}
          text={printable(JSON.stringify(tool.inputSchema, null, 2), { keepNewlines: true })}
        />
      </div>
    </div>
  );
}
