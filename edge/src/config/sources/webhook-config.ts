import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { secretFile } from './secret-file.ts';

export const WEBHOOK_FORMATS = ['the-things-stack', 'thingpark', 'chirpstack-v4', 'plain-json', 'senml'] as const;

/** Senders that post over HTTP to `/in/{name}` of the edge. */
export const webhookSchema = z
  .strictObject({
    kind: z.literal('webhook'),
    name: nameSchema.describe('Name of the source: its address is /in/{name} of the HTTP server of the edge.'),
    format: z.enum(WEBHOOK_FORMATS).describe('What is posted there.'),
    secretFile: secretFile
      .optional()
      .describe(
        'File with the secret that a request must carry as "Authorization: Bearer <secret>", or in secretHeader.',
      ),
    secretHeader: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'the name of a header')
      .optional()
      .describe('Header that carries the bare secret, for senders that cannot set Authorization.'),
    asKeyFile: secretFile
      .optional()
      .describe(
        "ThingPark: file with the tunnel interface authentication key, by which each request's token is checked.",
      ),
    timeToleranceSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('ThingPark: how far the time of a token may be from the clock of the edge, in seconds.'),
    deviceField: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^.[\]]+(?:\.[^.[\]]+)*$/, 'names divided by dots')
      .optional()
      .describe(
        'plain-json: where the body names its device, as device.id; without it the path does: /in/{name}/{device}.',
      ),
  })
  .superRefine(({ format, secretFile: secret, asKeyFile, deviceField }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (secret === undefined && asKeyFile === undefined) fault('secretFile', 'add the file of the secret');
    if (asKeyFile !== undefined && format !== 'thingpark') fault('asKeyFile', 'only ThingPark signs its requests');
    if (deviceField !== undefined && format !== 'plain-json')
      fault('deviceField', `${format} names its devices itself`);
  });

export type WebhookConfig = z.output<typeof webhookSchema>;
