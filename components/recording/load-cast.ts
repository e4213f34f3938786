import { apiErrorOf } from '@/components/api/api-error';
import { routeUrl } from '@/components/api/client';
import { type Cast, createCastParser } from './cast';

/** `redact`: without what looks like a secret. */
export function recordingUrl(runId: string, redact: boolean): string {
  return routeUrl('runs.recording', { params: { id: runId }, query: { redact: redact ? '1' : undefined } });
}

/** Reads a recording as it arrives. `onProgress` is told how much of it has, from 0 to 1, where its length is known before. */
export async function loadCast(url: string, signal: AbortSignal, onProgress: (share: number) => void): Promise<Cast> {
  const response = await fetch(url, { cache: 'no-store', signal });
  if (!response.ok) throw await apiErrorOf(response);
  const total = Number(response.headers.get('content-length') ?? 0);
  const parser = createCastParser();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let read = 0;
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) return parser.finish();
    parser.push(piece.value);
    read += piece.value.length;
    if (total > 0) onProgress(Math.min(1, read / total));
  }
}
