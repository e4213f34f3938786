/** Saves what the server sends for a same-origin address. The page stays, also when the server refuses. */
export function downloadUrl(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
