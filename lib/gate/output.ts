import type { CallOutput } from '@/lib/contracts/calls';

const summaryLength = 200;

/** The first line of text an output holds, or what kind of content it is. */
export function summaryOf({ content, structuredContent }: CallOutput): string {
  for (const block of content) {
    if (block.type !== 'text' || typeof block.text !== 'string') continue;
    const line = block.text
      .slice(0, 2_000)
      .split('\n')
      .find((text) => text.trim() !== '');
    if (line !== undefined) return line.trim().slice(0, summaryLength);
  }
  const kinds = [...new Set(content.map(({ type }) => String(type)))].join(', ');
  return (kinds || (structuredContent ? 'structured content' : 'nothing')).slice(0, summaryLength);
}
