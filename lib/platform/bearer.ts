/** The token of an `Authorization: Bearer …` header (RFC 6750 §2.1); undefined where it holds none. */
export function bearerIn(authorization: string | null | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
