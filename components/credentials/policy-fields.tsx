import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/input';
import { printable } from '@/components/ui/printable';
import type { CredentialProvider } from '@/lib/contracts/credentials';
import { type PolicyProblem, placedProblems } from './cloud-access-form';

interface PolicyFieldsProps {
  provider: CredentialProvider;
  allow: string;
  resources: string;
  onChange: (change: { allow?: string; resources?: string }) => void;
  /** An action must be named, since nothing else names one. */
  needed: boolean;
  allowError: string | null;
  resourcesError: string | null;
  problems: readonly PolicyProblem[];
  disabled?: boolean;
}

const examples: Record<CredentialProvider, { allow: string; resources: string }> = {
  aws: { allow: 's3:GetObject, s3:ListBucket', resources: 'arn:aws:s3:::my-bucket/*' },
  gcp: { allow: 'storage.objects.get, storage.objects.list', resources: 'gs://my-bucket' },
  azure: {
    allow: 'Microsoft.Storage/storageAccounts/read',
    resources: '/subscriptions/<id>/resourceGroups/my-group',
  },
};

/** What a session may do and to what, each with every item in it that cannot be read. */
export function PolicyFields(props: PolicyFieldsProps) {
  const { provider, allow, resources, onChange, needed, problems, disabled = false } = props;
  const { ofAllow, ofResources } = placedProblems(problems, { allow, resources });
  const control = {
    className: 'font-mono text-hint',
    autoCapitalize: 'off',
    autoComplete: 'off',
    spellCheck: false,
    rows: 2,
    disabled,
  };
  return (
    <>
      <Field
        label="Allowed actions"
        optional={!needed}
        hint={<Problems problems={ofAllow}>A comma list.{!needed && ' Added to those of the profile.'}</Problems>}
        error={ofAllow.length > 0 ? 'Nothing was issued: these cannot be read.' : props.allowError}
      >
        {(ids) => (
          <Textarea
            {...ids}
            {...control}
            placeholder={examples[provider].allow}
            value={allow}
            onChange={(event) => onChange({ allow: event.target.value })}
          />
        )}
      </Field>
      <Field
        label="On resources"
        optional
        hint={<Problems problems={ofResources}>One a line. Left empty, whatever the principal reaches.</Problems>}
        error={ofResources.length > 0 ? 'Nothing was issued: these cannot be read.' : props.resourcesError}
      >
        {(ids) => (
          <Textarea
            {...ids}
            {...control}
            placeholder={examples[provider].resources}
            value={resources}
            onChange={(event) => onChange({ resources: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Problems({ problems, children }: { problems: readonly PolicyProblem[]; children: ReactNode }) {
  if (problems.length === 0) return <>{children}</>;
  return (
    <ul className="flex max-h-32 flex-col gap-0.5 overflow-y-auto">
      {problems.map(({ item, problem }) => (
        <li key={`${item} ${problem}`} className="break-words">
          {item && <code className="break-all text-text">{printable(item)}</code>} {printable(problem)}
        </li>
      ))}
    </ul>
  );
}
