import { z } from 'zod';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { parseMessageJson } from './message-json.ts';
import type { RawMessage, UplinkFaultCode } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';

const TOPIC = /(?:^|\/)homeassistant\/[a-z_]+\/(?:[A-Za-z0-9_-]+\/)?[A-Za-z0-9_-]+\/config$/;
/** The one form of template that is read: a path into the JSON of the state. Templates are programs and are not run. */
const VALUE_PATH = /^\{\{\s*value_json((?:\.[A-Za-z_][A-Za-z0-9_-]*)+)\s*\}\}$/;

const text = z.string().max(256);

/** Names and their abbreviations mean the same. */
const configSchema = z.object({
  '~': text.optional(),
  state_topic: text.optional(),
  stat_t: text.optional(),
  unit_of_measurement: text.optional(),
  unit_of_meas: text.optional(),
  device_class: text.nullish(),
  dev_cla: text.nullish(),
  value_template: text.optional(),
  val_tpl: text.optional(),
});

/** One quantity that a device announces: where its state comes and where in it the value stands. */
export interface AnnouncedField {
  readonly stateTopic: string;
  /** Dot path into the state; `value` where the state is the bare value. */
  readonly path: string;
  readonly unit?: string;
  readonly deviceClass?: string;
}

/**
 * Reads an announcement of Home Assistant's MQTT discovery as a catalogue of what a device publishes; undefined for an
 * empty body, which removes it. States themselves are plain JSON. An announcement with a template of another form than
 * `{{ value_json.a.b }}` is refused.
 */
export function readDiscovery(message: RawMessage): Result<AnnouncedField | undefined, Fault<UplinkFaultCode>> {
  if (!TOPIC.test(message.topic)) return fail('not-this-format', 'the topic is none of the discovery');
  if (message.payload.byteLength === 0) return ok(undefined);
  const json = parseMessageJson(message.payload);
  if (!json.ok) return json;
  const config = configSchema.safeParse(json.value);
  if (!config.success) return notThisFormat(config.error);
  const { data } = config;
  const baseTopic = data['~'] ?? '';
  const stateTopic = (data.state_topic ?? data.stat_t ?? '').replace(/^~|~$/, () => baseTopic);
  if (stateTopic === '') return fail('not-this-format', 'the announcement names no topic of states');
  const template = data.value_template ?? data.val_tpl;
  const path = template === undefined ? 'value' : VALUE_PATH.exec(template)?.[1]?.slice(1);
  if (path === undefined) return fail('not-this-format', 'the template is more than a path into the state');
  const unit = data.unit_of_measurement ?? data.unit_of_meas;
  const deviceClass = data.device_class ?? data.dev_cla;
  return ok({
    stateTopic,
    path,
    ...(unit === undefined ? {} : { unit }),
    ...(typeof deviceClass === 'string' ? { deviceClass } : {}),
  });
}
