/** The server's own minimum: length is what protects a password. */
export const shortestPassword = 12;

/** Without characters that are taken for one another when a password is read aloud or typed off a screen. */
const alphabet = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const groups = 4;
const groupLength = 5;

/** Four groups of five, more than 115 bits. */
export function drawPassword(
  random: (bytes: Uint8Array<ArrayBuffer>) => void = (bytes) => crypto.getRandomValues(bytes),
): string {
  return Array.from({ length: groups }, () => drawGroup(random)).join('-');
}

function drawGroup(random: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  let text = '';
  while (text.length < groupLength) {
    const bytes = new Uint8Array(16);
    random(bytes);
    for (const byte of bytes) {
      // A byte past the last whole multiple would favour the first letters.
      if (byte < 256 - (256 % alphabet.length) && text.length < groupLength) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}
