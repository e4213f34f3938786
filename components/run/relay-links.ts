/** Where a run of the relay talks: the chat itself where it is one of the console, else the page of its instance. */
export function instanceHref(tags: Readonly<Record<string, string>>, platform: string): string {
  const page = `/relay/${encodeURIComponent(tags['relay.instance'] ?? '')}`;
  const chat = tags['relay.chat'];
  return platform === 'console' && chat ? `${page}?${new URLSearchParams({ chat })}` : page;
}
