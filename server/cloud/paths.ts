/** Where the libraries of AWS and Azure are sent; a tool token may be narrowed to one of them. */
export const awsPath = '/cloud/aws/credentials';
export const azurePath = '/cloud/azure/token';

const doorPaths = new Set<string>([awsPath, azurePath]);

/** Processes on this machine come to these by a loopback address, whatever the server's public name is. */
export function isDoorPath(path: string): boolean {
  return doorPaths.has(path);
}
