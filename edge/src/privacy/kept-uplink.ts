import type { ReadPath } from '@meetbrug/protocols/mapping';
import { epochMsSchema, QUALITY_FLAGS, TIME_SOURCES } from '@meetbrug/protocols/observation';
import {
  FRM_PAYLOAD_MAX_BYTES,
  parseDeviceId,
  RECEPTIONS_MAX,
  type Uplink,
  WIRE_FORMATS,
} from '@meetbrug/protocols/uplinks';
import { z } from 'zod';
import type { AllowedField, AllowedFields } from './allowed-fields.ts';
import { mappedFields } from './mapped-fields.ts';
import { compileReduction, type OtherFields } from './reduce-body.ts';

/** What marks a body as an uplink that was read before: no field of a sender has such a name and survives the reduction. */
const MARK = '@uplink';

/** An uplink's own fields, but for the object that it carries. The network server's name of the device is left out. */
const UPLINK_FIELDS: AllowedFields = {
  [MARK]: 'number',
  format: 'name',
  device: 'name',
  session: 'session',
  frameCounter: 'number',
  port: 'number',
  confirmed: 'flag',
  adr: 'flag',
  payload: 'payload',
  observedMs: 'number',
  timeSource: 'name',
  receptions: [{ gateway: 'gateway', rssi: 'number', snr: 'number' }],
  simulated: 'flag',
  flags: ['name'],
};

type WriteUplink = (body: unknown) => string;
interface Writers {
  readonly dropped: WriteUplink;
  readonly named: WriteUplink;
}

const NOTHING_MAPPED: readonly ReadPath[] = [];
/** By what a model reads: compiled once for each. */
const writers = new WeakMap<readonly ReadPath[], Writers>();

/**
 * An uplink as it may stand on disk, where its message would not give it again: one that was read as an object, came on a
 * topic that does not tell its format, or in a frame that was decrypted here. {@link readKeptUplink} reads it.
 * @param mapped what is read of the object: of other fields nothing stays, or name and type
 * @param withPayload whether its payload bytes may stay
 */
export function writeKeptUplink(
  uplink: Uplink,
  mapped: readonly ReadPath[] | undefined,
  others: OtherFields,
  withPayload: boolean,
): Uint8Array {
  const { payload, decoded, deviceName: _, ...rest } = uplink;
  const body = {
    [MARK]: 1,
    ...rest,
    ...(withPayload ? { payload: Buffer.from(payload).toString('base64') } : {}),
    ...(decoded === undefined || (mapped === undefined && others === 'dropped') ? {} : { decoded }),
  };
  return Buffer.from(writersOf(mapped ?? NOTHING_MAPPED)[others](body));
}

function writersOf(paths: readonly ReadPath[]): Writers {
  const known = writers.get(paths);
  if (known !== undefined) return known;
  const decoded: AllowedField = paths.length === 0 ? {} : mappedFields(paths);
  const allowed = { ...UPLINK_FIELDS, decoded };
  const made = { dropped: compileReduction(allowed, 'dropped'), named: compileReduction(allowed, 'named') };
  writers.set(paths, made);
  return made;
}

const keptSchema = z.object({
  [MARK]: z.literal(1),
  format: z.enum(WIRE_FORMATS),
  device: z.string().transform((text, context) => {
    const device = parseDeviceId(text);
    if (device !== undefined) return device;
    context.addIssue('no device id');
    return z.NEVER;
  }),
  session: z.string().catch(''),
  frameCounter: z.int().min(0).optional(),
  port: z.int().min(0).max(255).optional(),
  confirmed: z.boolean(),
  adr: z.boolean(),
  payload: z
    .base64()
    .max(Math.ceil(FRM_PAYLOAD_MAX_BYTES / 3) * 4)
    .default(''),
  observedMs: epochMsSchema,
  timeSource: z.enum(TIME_SOURCES),
  receptions: z
    .array(z.object({ gateway: z.string(), rssi: z.number().optional(), snr: z.number().optional() }))
    .max(RECEPTIONS_MAX),
  simulated: z.boolean(),
  flags: z.array(z.enum(QUALITY_FLAGS)).max(QUALITY_FLAGS.length).optional(),
  decoded: z.unknown().optional(),
});

/** The uplink that {@link writeKeptUplink} wrote; undefined for any other body. */
export function readKeptUplink(body: unknown): Uplink | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, MARK)) return undefined;
  const kept = keptSchema.safeParse(body);
  if (!kept.success) return undefined;
  const { [MARK]: _, payload, frameCounter, port, decoded, receptions, flags, ...rest } = kept.data;
  return {
    ...rest,
    kind: 'uplink',
    payload: new Uint8Array(Buffer.from(payload, 'base64')),
    receptions: receptions.map(({ gateway, rssi, snr }) => ({
      gateway,
      ...(rssi === undefined ? {} : { rssi }),
      ...(snr === undefined ? {} : { snr }),
    })),
    ...(frameCounter === undefined ? {} : { frameCounter }),
    ...(port === undefined ? {} : { port }),
    ...(decoded === undefined ? {} : { decoded }),
    ...(flags === undefined ? {} : { flags }),
  };
}
