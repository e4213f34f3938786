import { methods, type NextHandler } from '@/app/api/handle';
import { errorResponse, requestIdOf } from '@/app/api/respond';
import { AppError } from '@/lib/platform/errors';
import { runtime } from '@/lib/runtime';

/** Every path below /api that no route answers, whatever the method. */
const notFound: NextHandler = async (request) =>
  errorResponse(new AppError('NOT_FOUND'), { requestId: requestIdOf(request), log: runtime().log });

export const { GET, HEAD, POST, PUT, PATCH, DELETE } = methods({
  GET: notFound,
  POST: notFound,
  PUT: notFound,
  PATCH: notFound,
  DELETE: notFound,
});
export const OPTIONS = notFound;
