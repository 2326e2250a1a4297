import { FRAME_COUNTER_GAP_MAX, FRAME_COUNTER_MAX, parseAddressRange, type Session } from '@meetbrug/protocols/lorawan';
import { devEuiSchema } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import { secretFile } from './secret-file.ts';

export const SESSIONS_MAX = 10_000;

/** `lorawan:` of edge.yaml: what frames are opened with that no network server has decrypted. */
export const lorawanSchema = z.strictObject({
  sessionsFile: secretFile
    .optional()
    .describe(
      'File with the sessions (YAML or JSON): a list of devEui, devAddr, nwkSKey, appSKey and, where it is known, ' +
        'lastFrameCounter. Of devices that are personalised by hand (ABP), or of a join that a network server handed over: ' +
        'there is no join server here.',
    ),
  frameCounterGapMax: z
    .int()
    .min(1)
    .max(FRAME_COUNTER_MAX)
    .default(FRAME_COUNTER_GAP_MAX)
    .describe(
      'How many frames of a device may have been lost in a row; a larger step of its frame counter is refused.',
    ),
  ownDevAddrs: z
    .array(
      z.string().transform((text, context) => {
        const range = parseAddressRange(text);
        if (range !== undefined) return range;
        context.addIssue('a range of DevAddrs such as 260B4C00/24');
        return z.NEVER;
      }),
    )
    .max(100)
    .default([])
    .describe(
      "DevAddrs of the city's own devices, each as the first one and how many bits count. A frame from there that no " +
        'session opens waits in the quarantine (unknown-session), encrypted, until the session of a join is handed over ' +
        'and it is run again. Frames of all others are dropped: they are not ours.',
    ),
});
export type LorawanConfig = z.output<typeof lorawanSchema>;

const keySchema = z
  .string()
  .regex(/^[0-9A-Fa-f]{32}$/, 'a key is 32 hex digits')
  .transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));

const sessionSchema = z
  .strictObject({
    devEui: devEuiSchema,
    devAddr: z
      .string()
      .regex(/^[0-9A-Fa-f]{8}$/, 'a DevAddr is 8 hex digits')
      .transform((text) => text.toUpperCase()),
    nwkSKey: keySchema,
    appSKey: keySchema,
    lastFrameCounter: z.int().min(0).max(FRAME_COUNTER_MAX).optional(),
  })
  .transform(
    ({ lastFrameCounter, ...session }): Session => ({
      ...session,
      ...(lastFrameCounter === undefined ? {} : { lastFrameCounter }),
    }),
  );

/** What stands in `lorawan.sessionsFile`. */
export const sessionsSchema = z.array(sessionSchema).max(SESSIONS_MAX);
