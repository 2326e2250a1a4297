import { helloSchema } from '@meetbrug/protocols/delivery';
import { decodeBody } from './link-body.ts';

/** Whether a body off the link is a hello; never throws. */
export function isHello(body: Uint8Array): boolean {
  const message = decodeBody(body);
  return message.ok && helloSchema.safeParse(message.value).success;
}
