import type { EpochMs } from '@meetbrug/protocols/observation';
import { parseDeviceId, parseMessageJson, type RawMessage } from '@meetbrug/protocols/uplinks';
import type { WebhookConfig } from '../../config/sources/webhook-config.ts';
import type { PostedRequest, Refusal } from './webhooks.ts';

type Settings = Pick<WebhookConfig, 'name' | 'format' | 'deviceField'>;
type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The message of a request, as if it had come from a broker: what the path or the query says beside the body is put where the
 * parser of the format looks for it.
 */
export function postedMessage(
  settings: Settings,
  request: PostedRequest,
  body: Uint8Array,
  receivedMs: EpochMs,
): RawMessage | Refusal {
  const message: RawMessage = { topic: `in/${settings.name}`, payload: body, receivedMs, format: settings.format };
  const device = request.device === '' ? undefined : parseDeviceId(request.device);
  if (request.device !== '' && device === undefined) return refuse('the path names no device');
  const named = device === undefined ? message : { ...message, device };
  switch (settings.format) {
    case 'chirpstack-v4':
      return chirpstackMessage(message, request);
    case 'the-things-stack':
      return device === undefined ? message : ofPathDevice(message, device);
    case 'plain-json':
      return settings.deviceField === undefined ? named : ofField(message, settings.deviceField);
    default:
      return named;
  }
}

/** ChirpStack's HTTP integration names the event in the query (`?event=up`); over MQTT it stands in the topic. */
function chirpstackMessage(message: RawMessage, { query }: PostedRequest): RawMessage | Refusal {
  const event = new URLSearchParams(query).get('event') ?? '';
  if (!/^[a-z]{1,32}$/.test(event)) return refuse('the query names no event: ?event=up');
  const { deviceInfo } = objectOf(message);
  const { devEui, applicationId } = (deviceInfo ?? {}) as { devEui?: unknown; applicationId?: unknown };
  const level = (value: unknown) => (typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : '-');
  return { ...message, topic: `application/${level(applicationId)}/device/${level(devEui)}/event/${event}` };
}

/** Field filters of The Things Stack may strip all but the uplink; the path then says of which device. */
function ofPathDevice(message: RawMessage, device: string): RawMessage {
  const body = objectOf(message);
  if (Object.hasOwn(body, 'end_device_ids')) return message;
  return { ...message, payload: Buffer.from(JSON.stringify({ ...body, end_device_ids: { dev_eui: device } })) };
}

function ofField(message: RawMessage, field: string): RawMessage | Refusal {
  let value: unknown = objectOf(message);
  for (const name of field.split('.')) {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = isObject ? (value as JsonObject)[name] : undefined;
  }
  const device = typeof value === 'string' || typeof value === 'number' ? parseDeviceId(String(value)) : undefined;
  return device === undefined ? refuse(`${field} of the body names no device`) : { ...message, device };
}

function objectOf(message: RawMessage): JsonObject {
  const json = parseMessageJson(message.payload);
  return json.ok && typeof json.value === 'object' && json.value !== null ? (json.value as JsonObject) : {};
}

function refuse(detail: string): Refusal {
  return { statusCode: 400, detail };
}
