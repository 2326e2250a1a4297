import { readdirSync, readFileSync } from 'node:fs';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';

const FOLDER = import.meta.dirname;

/** When the samples arrive: after all their own times. */
export const RECEIVED_MS = Date.UTC(2026, 11, 31);

const messageSchema = z.object({
  name: z.string().optional(),
  topic: z.string().default(''),
  payload: z.unknown().optional(),
  payloadHex: z.string().optional(),
});
const fileSchema = z.union([z.object({ messages: z.array(messageSchema) }), messageSchema]);

const valueSchema = z.looseObject({
  quantity: z.string().optional(),
  name: z.string().optional(),
  value: z.union([z.number(), z.boolean(), z.string(), z.record(z.string(), z.number())]),
  unit: z.string().nullish(),
  observedAt: z.string().optional(),
  historical: z.boolean().optional(),
  derivedFrom: z.string().optional(),
});
export type ExpectedValue = z.infer<typeof valueSchema>;

const resultSchema = z.looseObject({
  name: z.string().optional(),
  kind: z.string().optional(),
  online: z.boolean().optional(),
  observedAt: z.string().nullish(),
  period: z.tuple([z.string(), z.string()]).optional(),
  quality: z.string().optional(),
  seq: z.int().optional(),
  values: z.array(valueSchema).optional(),
});
export type ExpectedResult = z.infer<typeof resultSchema>;

const expectedSchema = resultSchema.extend({
  device: z.string().optional(),
  devEui: z.string().optional(),
  deviceId: z.string().optional(),
  devAddr: z.string().optional(),
  sessionKeyId: z.string().optional(),
  fCnt: z.int().optional(),
  fPort: z.int().optional(),
  confirmed: z.boolean().optional(),
  adr: z.boolean().optional(),
  payloadHex: z.string().optional(),
  gatewayCount: z.int().optional(),
  bestGateway: z.object({ id: z.string(), rssi: z.number(), snr: z.number() }).optional(),
  rejected: z.object({ reason: z.string(), keepRaw: z.boolean().optional() }).optional(),
  results: z.array(resultSchema).optional(),
  ttsNames: z.record(z.string(), z.unknown()).optional(),
});
export type Expected = z.infer<typeof expectedSchema>;

export interface Sample {
  /** `NN-name` */
  readonly name: string;
  readonly messages: readonly { readonly name?: string | undefined; readonly raw: RawMessage }[];
  readonly expected: Expected;
}

/** The number of every sample in the folder. */
export const SAMPLE_NUMBERS: readonly string[] = readdirSync(FOLDER)
  .filter((file) => /^\d\d-.*(?<!\.expected)\.json$/.test(file))
  .map((file) => file.slice(0, 2))
  .sort();

/** A sample by its number. A payload that is a text is the text itself, as it travels. */
export function readSample(number: string): Sample {
  const file = readdirSync(FOLDER).find((one) => one.startsWith(`${number}-`) && !one.endsWith('.expected.json')) ?? '';
  const read = (name: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  const content = fileSchema.parse(read(file));
  const messages = 'messages' in content ? content.messages : [content];
  return {
    name: file.replace('.json', ''),
    messages: messages.map(({ name, topic, payload, payloadHex }) => ({
      name,
      raw: { topic, payload: bytesOf(payload, payloadHex), receivedMs: RECEIVED_MS },
    })),
    expected: expectedSchema.parse(read(file.replace('.json', '.expected.json'))),
  };
}

function bytesOf(payload: unknown, payloadHex: string | undefined): Uint8Array {
  if (payloadHex !== undefined) return Uint8Array.from(Buffer.from(payloadHex, 'hex'));
  return new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
}
