import { z } from 'zod';
import { FRAME_COUNTER_MAX, NAME_TEXT_MAX, PORT_MAX } from './wire-fields.ts';

const NUMBER_TEXT = /^[+-]?\d{1,12}(?:\.\d{1,12})?$/;

/** ThingPark's LRC writes every number as a text (`"85"`, `"-80.000000"`), IoT Flow as a number. */
const numberSchema = z.union([z.number(), z.string().regex(NUMBER_TEXT).transform(Number)]);
const countSchema = (max: number) => numberSchema.pipe(z.int().min(0).max(max));
const levelSchema = numberSchema.optional().catch(undefined);
/** An absent bit is 0. */
const bitSchema = z.union([numberSchema.transform((bit) => bit === 1), z.boolean()]).catch(false);
const nameSchema = z.string().max(NAME_TEXT_MAX);

const receptionSchema = z.object({ Lrrid: nameSchema, LrrRSSI: levelSchema, LrrSNR: levelSchema });
export type WireReception = z.infer<typeof receptionSchema>;

/** What is read of an uplink document, wrapped in `DevEUI_uplink` or not. */
export const uplinkSchema = z.object({
  /** Text with an offset; some portals write milliseconds. */
  Time: z.union([z.string(), z.number()]),
  DevEUI: z.string().max(64),
  DevAddr: nameSchema.nullish(),
  /** Absent in frames without a port; payload and counter are absent in join requests. */
  FPort: countSchema(PORT_MAX).nullish(),
  FCntUp: countSchema(FRAME_COUNTER_MAX).nullish(),
  ADRbit: bitSchema.optional(),
  /** 2 unconfirmed, 4 confirmed data up. */
  MType: levelSchema,
  payload_hex: z.string().nullish(),
  Lrrid: nameSchema.optional().catch(undefined),
  LrrRSSI: levelSchema,
  LrrSNR: levelSchema,
  /** One gateway is an object where XML was turned into JSON. */
  Lrrs: z.object({ Lrr: z.union([z.array(receptionSchema), receptionSchema.transform((one) => [one])]) }).nullish(),
  /** An object, or a text with an object in it. */
  CustomerData: z.unknown().optional(),
  payload: z.unknown().optional(),
});
export type WireUplink = z.infer<typeof uplinkSchema>;

export const notificationSchema = z.object({
  Type: nameSchema,
  Time: z.union([z.string(), z.number()]),
  DevEUI: z.string().max(64),
  DevAddr: nameSchema.nullish(),
});
export type WireNotification = z.infer<typeof notificationSchema>;
