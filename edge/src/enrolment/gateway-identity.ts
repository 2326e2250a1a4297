import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';

const pem = z.string().startsWith('-----BEGIN ').max(8_192);

/** Who this gateway is: one file, so that key and certificate always belong together. */
export const gatewayIdentitySchema = z.strictObject({
  version: z.literal(1),
  edge: nameSchema,
  organisation: nameSchema,
  keyPem: pem,
  certificatePem: pem,
  /** The cloud's authority: who the cloud must be. */
  authorityPem: pem,
});
export type GatewayIdentity = z.infer<typeof gatewayIdentitySchema>;

/** A key that was made for a request whose answer is not here yet: after a crash the same request is made again. */
export const pendingKeySchema = z.strictObject({
  version: z.literal(1),
  /** What the request begins from: the code's public key, or the serial of the certificate to be renewed. */
  from: z.string().min(1).max(100),
  keyPem: pem,
});
export type PendingKey = z.infer<typeof pendingKeySchema>;
