/** The fields of a multipart body, and its files by the names they were sent under. */
export function readMultipart(text: string): {
  fields: Record<string, string>;
  files: Array<{ name: string; text: string }>;
} {
  const part =
    /content-disposition: ?form-data; ?name="([^"]+)"(?:; ?filename="([^"]*)")?[\s\S]*?\r\n\r\n([\s\S]*?)(?=\r\n--)/gi;
  const parts = [...text.matchAll(part)].map(([, field = '', name, value = '']) => ({ field, name, value }));
  return {
    fields: Object.fromEntries(
      parts.filter(({ name }) => name === undefined).map(({ field, value }) => [field, value]),
    ),
    files: parts.flatMap(({ name, value }) => (name === undefined ? [] : [{ name, text: value }])),
  };
}
