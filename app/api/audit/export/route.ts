import { Readable } from 'node:stream';
import { handle, methods } from '@/app/api/handle';

const contentTypes = { jsonl: 'application/jsonl; charset=utf-8', csv: 'text/csv; charset=utf-8' };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: handle('audit.export', async ({ query, runtime }) => {
    const lines = Readable.from(runtime.auditReader.export(query)).map((line: string) => Buffer.from(line));
    return new Response(Readable.toWeb(lines) as ReadableStream<Uint8Array>, {
      headers: {
        'content-type': contentTypes[query.format],
        'content-disposition': `attachment; filename="gatehouse-audit.${query.format}"`,
      },
    });
  }),
});
