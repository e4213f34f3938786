/** What single actions of the clouds do, where their own reference leaves no doubt. */
import type { CredentialProvider } from '@/lib/contracts/credentials';

export interface ActionMeaning {
  verb: string;
  object: string;
  service: string;
}

/** Null for one that is not known; `anything` for one that covers every service. */
export function actionMeaning(provider: CredentialProvider, action: string): ActionMeaning | 'anything' | null {
  if (/^\*([:./]\*)*$/.test(action)) return 'anything';
  return meanings[provider](action);
}

const awsServices: Record<string, string> = {
  s3: 'S3',
  dynamodb: 'DynamoDB',
  logs: 'CloudWatch Logs',
  bedrock: 'Bedrock',
  sqs: 'SQS',
  lambda: 'Lambda',
  ec2: 'EC2',
};

const awsActions: Record<string, [verb: string, object: string]> = {
  's3:getobject': ['read', 'objects'],
  's3:getobjectversion': ['read', 'object versions'],
  's3:listbucket': ['list', 'objects'],
  's3:listallmybuckets': ['list', 'buckets'],
  's3:putobject': ['write', 'objects'],
  's3:deleteobject': ['delete', 'objects'],
  's3:abortmultipartupload': ['abort', 'uploads'],
  'dynamodb:getitem': ['read', 'items'],
  'dynamodb:batchgetitem': ['read', 'items'],
  'dynamodb:query': ['read', 'items'],
  'dynamodb:scan': ['read', 'items'],
  'dynamodb:putitem': ['write', 'items'],
  'dynamodb:updateitem': ['write', 'items'],
  'dynamodb:deleteitem': ['delete', 'items'],
  'logs:filterlogevents': ['read', 'events'],
  'logs:getlogevents': ['read', 'events'],
  'logs:startquery': ['start', 'queries'],
  'logs:stopquery': ['stop', 'queries'],
  'bedrock:invokemodel': ['call', 'models'],
  'bedrock:invokemodelwithresponsestream': ['call', 'models'],
  'sqs:sendmessage': ['send', 'messages'],
  'sqs:receivemessage': ['receive', 'messages'],
  'sqs:deletemessage': ['delete', 'messages'],
  'lambda:invokefunction': ['call', 'functions'],
};

/** IAM matches by the beginning of a name, so these cover all that begins so and are no finer. */
const awsPrefixes: Record<string, [verb: string, object: string]> = {
  '*': ['do', 'anything'],
  'get*': ['get', 'anything'],
  'list*': ['list', 'anything'],
  'describe*': ['describe', 'anything'],
};

function awsMeaning(action: string): ActionMeaning | null {
  const lower = action.toLowerCase();
  const colon = lower.indexOf(':');
  const service = ownOf(awsServices, lower.slice(0, colon));
  const [verb, object] = ownOf(awsActions, lower) ?? ownOf(awsPrefixes, lower.slice(colon + 1)) ?? [];
  return service && verb && object ? { service, verb, object } : null;
}

const gcpActions: Record<string, [verb: string, object: string, service: string]> = {
  'storage.objects.get': ['read', 'objects', 'Cloud Storage'],
  'storage.objects.list': ['list', 'objects', 'Cloud Storage'],
  'storage.objects.create': ['write', 'objects', 'Cloud Storage'],
  'storage.objects.delete': ['delete', 'objects', 'Cloud Storage'],
  'storage.buckets.get': ['describe', 'buckets', 'Cloud Storage'],
  'storage.buckets.list': ['list', 'buckets', 'Cloud Storage'],
  'bigquery.tables.get': ['describe', 'tables', 'BigQuery'],
  'bigquery.tables.getData': ['read', 'tables', 'BigQuery'],
  'bigquery.tables.list': ['list', 'tables', 'BigQuery'],
  'bigquery.jobs.create': ['run', 'jobs', 'BigQuery'],
  'pubsub.topics.publish': ['publish to', 'topics', 'Pub/Sub'],
  'pubsub.subscriptions.consume': ['consume', 'subscriptions', 'Pub/Sub'],
  'secretmanager.versions.access': ['read', 'secret values', 'Secret Manager'],
};

function gcpMeaning(action: string): ActionMeaning | null {
  const [verb, object, service] = ownOf(gcpActions, action) ?? [];
  return verb && object && service ? { verb, object, service } : null;
}

const azureServices: Record<string, string> = {
  'microsoft.storage': 'Azure Storage',
  'microsoft.compute': 'Azure Compute',
  'microsoft.keyvault': 'Azure Key Vault',
  'microsoft.web': 'Azure App Service',
};

/** Azure names every operation the same way, with what it is done to before what is done. */
const azureOperation = /^(?<service>[a-z.]+)\/(?:[a-z0-9]+\/)*(?<object>[a-z]+)\/(?<verb>read|write|delete)$/i;

function azureMeaning(action: string): ActionMeaning | null {
  const { service = '', object, verb } = azureOperation.exec(action)?.groups ?? {};
  const name = ownOf(azureServices, service.toLowerCase());
  if (!name || !object || !verb) return null;
  return { service: name, verb: verb.toLowerCase(), object: object.replace(/([A-Z])/g, ' $1').toLowerCase() };
}

const meanings: Record<CredentialProvider, (action: string) => ActionMeaning | null> = {
  aws: awsMeaning,
  gcp: gcpMeaning,
  azure: azureMeaning,
};

function ownOf<T>(table: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
