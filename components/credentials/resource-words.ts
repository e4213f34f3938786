/** Resources of the clouds by the names people know them by. */

const shapes: readonly [RegExp, (name: string) => string][] = [
  [/^arn:aws[a-z-]*:s3:::(?<name>[^/]+)(?:\/\*)?$/, (name) => (name === '*' ? 'any bucket' : `bucket ${name}`)],
  [/^arn:aws[a-z-]*:s3:::(?<name>[^/]+\/.+)$/, (name) => `bucket path ${name}`],
  [/^arn:aws[a-z-]*:dynamodb:[^:]*:\d*:table\/(?<name>[^/]+)$/, (name) => `table ${name}`],
  [/^arn:aws[a-z-]*:logs:[^:]*:\d*:log-group:(?<name>[^:]+)(?::\*)?$/, (name) => `log group ${name}`],
  [/^arn:aws[a-z-]*:bedrock:[^:]*:\d*:foundation-model\/(?<name>.+)$/, (name) => `model ${name}`],
  [/^arn:aws[a-z-]*:sqs:[^:]*:\d*:(?<name>.+)$/, (name) => `queue ${name}`],
  [/^\/\/storage\.googleapis\.com\/projects\/_\/buckets\/(?<name>[^/]+)$/, (name) => `bucket ${name}`],
  [/^projects\/(?<name>[^/]+)$/, (name) => `project ${name}`],
  [/^\/subscriptions\/[^/]+\/resourceGroups\/(?<name>[^/]+)$/i, (name) => `resource group ${name}`],
  [/^\/subscriptions\/(?<name>[^/]+)$/i, (name) => `subscription ${name}`],
];

/** Null for one that is best read as it was written. */
export function resourceWords(resource: string): string | null {
  for (const [shape, words] of shapes) {
    const name = shape.exec(resource)?.groups?.name;
    if (name !== undefined) return words(name);
  }
  return null;
}
