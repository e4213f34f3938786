/** Cloud access for a run, as the command line asks for it: one cloud, one principal, one policy, for as long as the run at most. */
import { type Command, Option } from 'commander';
import { type CredentialProvider, type CredentialRequest, credentialProviders } from '@/lib/contracts/credentials';
import type { Api } from '../api';
import { exitCodes } from '../exit-codes';
import { CliFailure } from '../failure';
import { collect, parseUsd } from './shared';

export interface CloudOptions {
  allow?: string[];
  resource?: string[];
  profile?: string;
  cloud?: CredentialProvider;
  cloudPrincipal?: string;
  cloudBudget?: number;
}

export function addCloudOptions(command: Command): Command {
  return command
    .option('--allow <actions>', 'give the run cloud access to these, a comma list such as s3:GetObject', collect)
    .option('--resource <name>', 'to this resource at most; repeatable', collect)
    .option('--profile <name>', 'what this profile allows, with --allow or in its place')
    .addOption(new Option('--cloud <provider>', 'in this cloud (default: aws)').choices(credentialProviders))
    .option('--cloud-principal <id>', "as this role or account (default: the server's own choice)")
    .option('--cloud-budget <usd>', 'end the access when it has spent this', parseUsd);
}

/** No fewer seconds than AWS issues for, and no more: the end of the run ends what is left. */
const leastSeconds = 900;
const mostSeconds = 43_200;

/** Empty where no access is asked for. @throws CliFailure when what is asked for cannot be had here, and says what to set. */
export async function credentialsOf(
  options: CloudOptions,
  { ttlSeconds }: { ttlSeconds: number },
  api: Api,
): Promise<CredentialRequest[]> {
  const { allow, resource, profile, cloud: provider = 'aws', cloudBudget } = options;
  if (allow === undefined && profile === undefined) {
    const lone = (['resource', 'cloud', 'cloudPrincipal', 'cloudBudget'] as const).find((name) => options[name]);
    if (lone)
      throw usage(`--${lone.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}: needs --allow or --profile.`);
    return [];
  }
  const request: CredentialRequest = {
    provider,
    principalId: options.cloudPrincipal ?? (await defaultPrincipal(provider, api)),
    ...(allow && { allow: allow.join(',') }),
    ...(resource && { resources: resource }),
    ...(profile !== undefined && { profile }),
    ...(cloudBudget !== undefined && { budgetUsd: cloudBudget }),
    ttlSeconds: Math.min(Math.max(ttlSeconds, leastSeconds), mostSeconds),
  };
  return [request];
}

async function defaultPrincipal(provider: CredentialProvider, api: Api): Promise<string> {
  const { providers } = await api.call('credentials.providers');
  const state = providers.find((one) => one.provider === provider);
  if (state?.configured !== true)
    throw new CliFailure(`The server cannot ask ${provider} yet. ${state?.missing ?? ''}`.trim(), {
      exitCode: exitCodes.runFailed,
      code: 'PROVIDER_NOT_CONFIGURED',
    });
  if (state.defaultPrincipalId === null)
    throw usage(`--cloud-principal: the server has no principal of its own for ${provider}, so name one.`);
  return state.defaultPrincipalId;
}

function usage(message: string): CliFailure {
  return new CliFailure(message, { exitCode: exitCodes.usage, code: 'USAGE' });
}
