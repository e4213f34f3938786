'use client';

import { useQuery } from '@tanstack/react-query';
import { connectorsQuery, pluginsQuery } from '@/components/api/trust-queries';
import { TierBadge } from '@/components/plugins/tier-badge';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import type { Plugin } from '@/lib/contracts/plugins';
import type { NewRunFieldsProps } from './new-run-fields';

/** Under which plugin a run goes, and which connectors it may call at most. Not asked where there is nothing to choose. */
export function NewRunReach({ values, onChange, problemOf }: NewRunFieldsProps) {
  const { data: plugins = [] } = useQuery(pluginsQuery());
  const plugin = plugins.find(({ id }) => id === values.pluginId);
  return (
    <>
      {plugins.length > 0 && (
        <Field
          label="Plugin"
          optional
          hint={
            plugin ? <PluginHint plugin={plugin} /> : 'Without one the run is bounded by the connectors below alone.'
          }
          error={problemOf('pluginId', 'pluginId')}
        >
          {(control) => (
            <Select
              {...control}
              value={values.pluginId}
              onChange={(event) => {
                const chosen = plugins.find(({ id }) => id === event.target.value);
                onChange({ pluginId: event.target.value, pluginStartable: chosen?.startable ?? false });
              }}
            >
              <option value="">None</option>
              {plugins.map((each) => (
                <option key={each.id} value={each.id}>
                  {printable(each.name)} {printable(each.version)}, {each.tier}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      <ConnectorList chosen={values.connectors} onChange={(connectors) => onChange({ connectors })} />
    </>
  );
}

function PluginHint({ plugin }: { plugin: Plugin }) {
  const granted = plugin.capabilitiesGranted;
  return (
    <span className="flex flex-wrap items-center gap-1">
      <TierBadge tier={plugin.tier} />
      {plugin.tier !== 'restricted'
        ? 'Reaches every connector.'
        : granted.length === 0
          ? 'Nothing has been granted to it.'
          : granted.map((capability) => (
              <code key={capability} className="rounded-sm border border-line-strong px-1 text-text">
                {printable(capability)}
              </code>
            ))}
    </span>
  );
}

interface ConnectorListProps {
  chosen: readonly string[] | null;
  onChange: (chosen: readonly string[] | null) => void;
}
function ConnectorList({ chosen, onChange }: ConnectorListProps) {
  const { data: connectors = [] } = useQuery(connectorsQuery());
  if (connectors.length === 0) return null;
  const toggle = (id: string) => {
    if (chosen === null) return;
    onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  };
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 font-medium">Connectors</legend>
      <label htmlFor="every-connector" className="flex items-center gap-2 max-md:min-h-9">
        <Checkbox
          id="every-connector"
          checked={chosen === null}
          onChange={(event) => onChange(event.target.checked ? null : [])}
        />
        Every one it may reach
      </label>
      {chosen !== null && (
        <div className="flex max-h-40 flex-col gap-1 overflow-y-auto rounded-md border border-line px-2.5 py-1.5">
          {connectors.map((connector) => (
            <label
              key={connector.id}
              htmlFor={`connector ${connector.id}`}
              className="flex items-center gap-2 max-md:min-h-9"
            >
              <Checkbox
                id={`connector ${connector.id}`}
                checked={chosen.includes(connector.id)}
                onChange={() => toggle(connector.id)}
              />
              <code>{printable(connector.id)}</code>
              <span className="truncate text-muted">{printable(connector.name)}</span>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}
