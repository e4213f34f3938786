/** Where to go after sign-in: a path of this site, never another one. */
export function nextPath(value: unknown): string {
  if (typeof value !== 'string') return '/';
  // A second slash or a backslash would make it the name of another host, and browsers drop tabs and newlines.
  if (!/^\/(?![/\\])[^\s\\]*$/.test(value) || value.startsWith('/login') || value.startsWith('/api/')) return '/';
  return value;
}
