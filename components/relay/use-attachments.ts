'use client';

import { useRef, useState } from 'react';
import { ApiError, apiErrorOf } from '@/components/api/api-error';
import { routeUrl } from '@/components/api/client';
import type { RelayMedia } from '@/lib/contracts/relay';

export interface Attachment {
  key: number;
  name: string;
  bytes: number;
  /** Once it was taken; until then it is on its way. */
  media: RelayMedia | null;
  error: unknown;
}

export interface Attachments {
  items: readonly Attachment[];
  uploading: boolean;
  mediaIds: string[];
  add: (files: Iterable<File>) => void;
  remove: (key: number) => void;
  clear: () => void;
}

const atMost = 10;

/** Files that go with the next message. Each is uploaded as it is added, so that sending waits for none. */
export function useAttachments(instanceId: string): Attachments {
  const [items, setItems] = useState<readonly Attachment[]>([]);
  const nextKey = useRef(1);
  const change = (key: number, part: Partial<Attachment>) =>
    setItems((current) => current.map((item) => (item.key === key ? { ...item, ...part } : item)));

  async function upload(key: number, file: File) {
    try {
      change(key, { media: await uploadMedia(instanceId, file) });
    } catch (error) {
      change(key, { error });
    }
  }

  return {
    items,
    uploading: items.some(({ media, error }) => media === null && !error),
    mediaIds: items.flatMap(({ media }) => (media ? [media.id] : [])),
    add(files) {
      const added = [...files].slice(0, Math.max(0, atMost - items.length)).map((file) => {
        const key = nextKey.current++;
        void upload(key, file);
        return { key, name: file.name, bytes: file.size, media: null, error: null };
      });
      setItems((current) => [...current, ...added]);
    },
    remove: (key) => setItems((current) => current.filter((item) => item.key !== key)),
    clear: () => setItems([]),
  };
}

/** The one route that takes bytes as they are. */
async function uploadMedia(id: string, file: File): Promise<RelayMedia> {
  let response: Response;
  try {
    response = await fetch(routeUrl('relay.attach', { params: { id }, query: { name: file.name || 'file' } }), {
      method: 'POST',
      headers: { 'content-type': file.type || 'application/octet-stream' },
      body: file,
      credentials: 'same-origin',
    });
  } catch {
    throw new ApiError({ code: 'NO_ANSWER', status: 0, message: 'The server does not answer.' });
  }
  if (!response.ok) throw await apiErrorOf(response);
  return response.json();
}
