/** Operations and resource ids as Azure Resource Manager writes them; neither knows of upper and lower case. */
import type { PolicyGrammar } from './grammar';

const provider = /^[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+$/;
const segment = /^[A-Za-z0-9$][A-Za-z0-9$._-]*$/;
const resourceId = /^\/(?:subscriptions|providers)(?:\/[A-Za-z0-9_.()-]+)+$/i;

export const azureGrammar: PolicyGrammar = {
  actionProblem(item) {
    const [namespace = '', ...rest] = item.split('/');
    const isSegment = (text: string) => text === '*' || segment.test(text);
    // A star stands for any number of segments, so with one of them a shorter item is whole.
    const least = namespace === '*' || rest.includes('*') ? 1 : 2;
    const fits = namespace === '*' || provider.test(namespace);
    return fits && rest.length >= least && rest.every(isSegment)
      ? null
      : 'is not Provider.Namespace/resource/action, as in Microsoft.Storage/storageAccounts/read';
  },
  resourceProblem: (item) =>
    item === '*' || resourceId.test(item)
      ? null
      : 'is no resource id, as in /subscriptions/<id>/resourceGroups/<name>/providers/…',
  canonicalResource: (item) => item,
  actionKey: (item) => item.toLowerCase(),
  resourceKey: (item) => item.toLowerCase(),
  coversServices: (item) => item.startsWith('*/'),
  identityActions: [
    [
      'microsoft.authorization/elevateaccess/action',
      'microsoft.authorization/locks/delete',
      'microsoft.authorization/policyassignments/write',
      'microsoft.authorization/roleassignments/delete',
      'microsoft.authorization/roleassignments/read',
      'microsoft.authorization/roleassignments/write',
      'microsoft.authorization/roledefinitions/write',
    ],
    [
      'microsoft.managedidentity/userassignedidentities/assign/action',
      'microsoft.managedidentity/userassignedidentities/delete',
      'microsoft.managedidentity/userassignedidentities/federatedidentitycredentials/write',
      'microsoft.managedidentity/userassignedidentities/read',
      'microsoft.managedidentity/userassignedidentities/write',
    ],
  ],
};
