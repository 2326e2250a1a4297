import type { Result } from '@meetbrug/protocols/result';
import type { Access } from './access.ts';

const EVENT_STREAM = 'text/event-stream';

/**
 * A response whose body is still being made is cut when its caller loses what it was given for: an export of years may go
 * on for an hour after its key was revoked. What has a length is there already and goes out whole; a stream of events ends
 * with an event that says why, so its door sees to it.
 * @param recognise asks again who sent the request
 */
export function cutWhenLost(
  response: Response,
  recognise: () => Promise<Result<unknown>>,
  { onChanged }: Pick<Access, 'onChanged'>,
): Response {
  const { body, status, headers } = response;
  const isOther = headers.has('content-length') || headers.get('content-type')?.startsWith(EVENT_STREAM);
  if (body === null || isOther) return response;
  const reader = body.getReader();
  let isLost = false;
  let stop: () => void = () => undefined;
  const cut = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stop = onChanged(async () => {
          if (isLost || (await recognise()).ok) return;
          isLost = true;
          stop();
          const reason = new Error('what this was sent for is revoked or has expired');
          // It is printed where the connection is broken off: a cut is no bug and has no trace.
          reason.stack = reason.message;
          controller.error(reason);
          await reader.cancel(reason).catch(() => undefined);
        });
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (isLost) return;
        if (!done) return controller.enqueue(value);
        stop();
        controller.close();
      },
      async cancel(reason) {
        stop();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(cut, { status, headers });
}
