/** Actions and resources as IAM writes them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
import type { PolicyGrammar } from './grammar';

const service = /^[A-Za-z0-9*?-]+$/;
const action = /^[A-Za-z0-9*?._:-]+$/;
const arn = /^arn:[a-z][a-z0-9-]*:[a-z0-9*?-]+:[a-z0-9*?-]*:[a-z0-9*?-]*:[^"\\]+$/;

export const awsGrammar: PolicyGrammar = {
  actionProblem(item) {
    const [serviceHalf, actionHalf] = splitAction(item);
    if (serviceHalf === '' || actionHalf === '') return 'is not service:Action, as in s3:GetObject';
    if (!service.test(serviceHalf)) return 'names a service with more than letters, digits, "-", "*" and "?"';
    if (!action.test(actionHalf))
      return 'names an action with more than letters, digits, ".", "_", ":", "-", "*" and "?"';
    return null;
  },
  resourceProblem(item) {
    if (item === '*') return null;
    // What a variable stands for is decided at the cloud, by tags among others: what was approved must be what is granted.
    if (item.includes('$' + '{')) return 'holds a policy variable, which is not taken';
    return arn.test(item) ? null : 'is neither "*" nor arn:partition:service:region:account:resource';
  },
  canonicalResource: (item) => item,
  // IAM takes actions in any case, while a resource may be the key of an object, where case tells two apart.
  actionKey: (item) => item.toLowerCase(),
  resourceKey: (item) => item,
  coversServices: (item) => /^[?]*\*[*?]*$/.test(splitAction(item)[0]),
  identityActions: [
    [
      'iam:addusertogroup',
      'iam:attachrolepolicy',
      'iam:createaccesskey',
      'iam:createuser',
      'iam:deleterole',
      'iam:getrole',
      'iam:listusers',
      'iam:passrole',
      'iam:putrolepolicy',
      'iam:removeuserfromgroup',
      'iam:setdefaultpolicyversion',
      'iam:tagrole',
      'iam:updateassumerolepolicy',
      'iam:uploadservercertificate',
    ],
    [
      'sts:assumerole',
      'sts:assumerolewithsaml',
      'sts:assumerolewithwebidentity',
      'sts:decodeauthorizationmessage',
      'sts:getaccesskeyinfo',
      'sts:getcalleridentity',
      'sts:getfederationtoken',
      'sts:getsessiontoken',
      'sts:setsourceidentity',
      'sts:tagsession',
    ],
  ],
};

/** Both halves at the first colon; empty where there is none. */
function splitAction(item: string): [service: string, action: string] {
  const colon = item.indexOf(':');
  return colon < 0 ? ['', ''] : [item.slice(0, colon), item.slice(colon + 1)];
}
