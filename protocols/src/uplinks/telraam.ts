import { z } from 'zod';
import { INSTANT_MAX_MS, parseInstant } from '../observation/instant.ts';
import { fail, ok } from '../result/mod.ts';
import { isBoundedJson } from './bounded-json.ts';
import { parseDeviceId } from './device-id.ts';
import { parseMessageJson } from './message-json.ts';
import type { ParseUplink } from './network-event.ts';
import { notThisFormat } from './not-this-format.ts';
import { objectUplink } from './object-uplink.ts';
import type { SplitMessage } from './split-message.ts';

/** Three months of hours, the most that one call may ask for. */
export const TELRAAM_ROWS_MAX = 2232;

const HOUR_MS = 3_600_000;

/** Telraam calls an hour poor that was watched for less than half of the time. */
const UPTIME_MIN = 0.5;

const reportSchema = z.object({
  status_code: z.int().optional(),
  report: z.array(z.record(z.string(), z.unknown())).max(TELRAAM_ROWS_MAX),
});

const rowSchema = z.object({
  segment_id: z.union([z.int().min(0), z.string().max(32)]),
  /** Begin of the hour. */
  date: z.string(),
  interval: z.literal('hourly'),
  /** Share of the interval that was watched. */
  uptime: z.number().optional(),
});

/**
 * Divides the answer of Telraam's `POST /v1/reports/traffic` (its API version 1) into a message for each row: one segment
 * in one hour.
 */
export const splitTelraam: SplitMessage = (message) => {
  const json = parseMessageJson(message.payload);
  if (!json.ok) return json;
  const body = reportSchema.safeParse(json.value);
  if (!body.success) return notThisFormat(body.error);
  if (body.data.status_code !== undefined && body.data.status_code !== 200) {
    return fail('not-this-format', 'the answer is no report: `status_code` is not 200');
  }
  const encoder = new TextEncoder();
  return ok(
    body.data.report.map((row) => ({ ...message, format: 'telraam', payload: encoder.encode(JSON.stringify(row)) })),
  );
};

/**
 * Parses one row of a report by the hour (`per-hour`). The device is the segment's number, which must be what the source asked for. Counts cover
 * the hour, so the uplink has the time of its end; they are scaled by `uptime`, the share of the hour that was watched, and so are fractions. `null` is no value (a speed in an hour without cars).
 */
export const parseTelraam: ParseUplink = (message, parsed) => {
  const json = parsed ?? parseMessageJson(message.payload);
  if (!json.ok) return json;
  const row = rowSchema.safeParse(json.value);
  if (!row.success) return notThisFormat(row.error);
  if (!isBoundedJson(json.value)) return fail('not-this-format', 'the row nests too deep or holds too many values');
  const device = parseDeviceId(String(row.data.segment_id));
  if (device === undefined) return fail('not-this-format', '`segment_id` is no number of a segment');
  if (message.device !== undefined && message.device !== device) {
    return fail('not-this-format', 'the row is of another segment than was asked for');
  }
  const beginMs = parseInstant(row.data.date);
  if (beginMs === undefined) return fail('bad-time', '`date` is no time with a zone');
  const endMs = beginMs + HOUR_MS;
  if (endMs > INSTANT_MAX_MS) return fail('bad-time', '`date` is in the last hour of all years');
  const uplink = objectUplink('telraam', device, json.value, { ms: endMs, source: 'payload' });
  const { uptime } = row.data;
  return ok(uptime !== undefined && uptime < UPTIME_MIN ? { ...uplink, flags: ['uptime-low'] } : uplink);
};
