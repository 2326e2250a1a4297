import { type EpochMs, INSTANT_MAX_MS } from '../observation/instant.ts';
import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import { parseDeviceId } from './device-id.ts';
import type { DeviceId, RawMessage, UplinkFaultCode } from './network-event.ts';
import { type SparkplugPart, type SparkplugTopic, sparkplugTopic } from './sparkplug-b.ts';
import {
  readSparkplugPayload,
  readSparkplugValue,
  type SparkplugMetric,
  type SparkplugPayload,
  type SparkplugValue,
} from './sparkplug-b-payload.ts';
import {
  type AliasTarget,
  type DeviceTable,
  type NodeState,
  SPARKPLUG_DEVICES_OF_NODE_MAX,
  type SparkplugState,
  withNode,
} from './sparkplug-b-state.ts';

const BD_SEQ = 'bdSeq';
/** What a host may command, and the session: no measurements. */
const CONTROL = /^(?:bdSeq$|Node Control\/|Device Control\/)/;
/** No station of this kind is older: an earlier time means that its clock has not been set. */
const CLOCK_SET_FROM_MS = Date.UTC(2015, 0, 1);

/** Why a node should be asked to send its births again; this program reads only, so it only says so. */
export type RebirthReason = 'no-birth' | 'sequence-gap' | 'unknown-alias';

export interface SparkplugStep {
  readonly state: SparkplugState;
  /** One for each device and moment, as `parseSparkplugB` reads them. */
  readonly messages: readonly RawMessage[];
  /** Devices whose values are no longer current: the station or the device said goodbye. */
  readonly stale: readonly DeviceId[];
  readonly rebirth?: { readonly node: string; readonly reason: RebirthReason };
}

/**
 * Takes one Sparkplug B message (Eclipse Sparkplug 3.0, chapters 4 to 6) into the state of the nodes: births name the
 * aliases that data uses. Values keep the time of their metric, else of the payload; metrics of one moment make one
 * message. After a gap in the sequence the known aliases still count, since a lost data message is the usual reason; what
 * has no name is left out. The death of a node counts if it is of the session that was born last. Commands and host states
 * change nothing. On a fault the state stays as it was.
 */
export function reduceSparkplug(
  state: SparkplugState,
  message: RawMessage,
): Result<SparkplugStep, Fault<UplinkFaultCode>> {
  const topic = sparkplugTopic(message.topic);
  if (topic === undefined || topic.type.endsWith('CMD')) return ok({ state, messages: [], stale: [] });
  const device = parseDeviceId(topic.device === '' ? topic.node : `${topic.node}/${topic.device}`);
  if (device === undefined) return fail('not-this-format', 'the names in the topic are no device id');
  const payload = readSparkplugPayload(message.payload);
  if (!payload.ok) return payload;
  const node = state.nodes.get(topic.node);
  switch (topic.type) {
    case 'NBIRTH':
    case 'DBIRTH':
      return takeBirth(state, topic, device, payload.value, message);
    case 'NDEATH':
    case 'DDEATH':
      return ok(takeDeath(state, topic, node, payload.value));
    default:
      return takeData(state, topic, device, payload.value, message);
  }
}

function takeBirth(
  state: SparkplugState,
  topic: SparkplugTopic,
  device: DeviceId,
  payload: SparkplugPayload,
  message: RawMessage,
): Result<SparkplugStep, Fault<UplinkFaultCode>> {
  const before = topic.type === 'NBIRTH' ? undefined : state.nodes.get(topic.node);
  const table = tableOf(device, payload.metrics);
  const tables = new Map(before?.tables).set(topic.device, table);
  if (tables.size > SPARKPLUG_DEVICES_OF_NODE_MAX) {
    return fail('not-this-format', `more than ${SPARKPLUG_DEVICES_OF_NODE_MAX} devices at one node`);
  }
  const bdSeq = topic.type === 'NBIRTH' ? bdSeqOf(payload) : before?.bdSeq;
  const isGap = hasGap(before, payload);
  const node: NodeState = {
    ...(bdSeq === undefined ? {} : { bdSeq }),
    ...(payload.seq === undefined ? {} : { seq: payload.seq }),
    tables,
  };
  const parts = partsOf(payload, table, message);
  return ok({
    state: withNode(state, topic.node, node),
    messages: parts.messages,
    stale: [],
    ...(isGap ? { rebirth: { node: topic.node, reason: 'sequence-gap' as const } } : {}),
  });
}

function takeData(
  state: SparkplugState,
  topic: SparkplugTopic,
  device: DeviceId,
  payload: SparkplugPayload,
  message: RawMessage,
): Result<SparkplugStep, Fault<UplinkFaultCode>> {
  const before = state.nodes.get(topic.node);
  const known = before?.tables.get(topic.device);
  const parts = partsOf(payload, known ?? tableOf(device, []), message);
  const reason = rebirthReason(hasGap(before, payload), known !== undefined, parts.unnamed);
  const seq = payload.seq ?? before?.seq;
  const after = before === undefined ? undefined : { ...before, ...(seq === undefined ? {} : { seq }) };
  return ok({
    state: after === undefined ? state : withNode(state, topic.node, after),
    messages: parts.messages,
    stale: [],
    ...(reason === undefined ? {} : { rebirth: { node: topic.node, reason } }),
  });
}

function rebirthReason(isGap: boolean, isBorn: boolean, unnamed: number): RebirthReason | undefined {
  if (!isBorn) return 'no-birth';
  if (unnamed > 0) return 'unknown-alias';
  return isGap ? 'sequence-gap' : undefined;
}

function takeDeath(
  state: SparkplugState,
  topic: SparkplugTopic,
  node: NodeState | undefined,
  payload: SparkplugPayload,
): SparkplugStep {
  if (node === undefined) return { state, messages: [], stale: [] };
  if (topic.type === 'NDEATH') {
    const bdSeq = bdSeqOf(payload);
    const isOfEarlierSession = bdSeq !== undefined && node.bdSeq !== undefined && bdSeq !== node.bdSeq;
    if (isOfEarlierSession) return { state, messages: [], stale: [] };
    const stale = [...node.tables.values()].map(({ device }) => device);
    return { state: withNode(state, topic.node, undefined), messages: [], stale };
  }
  const gone = node.tables.get(topic.device);
  const tables = new Map(node.tables);
  tables.delete(topic.device);
  const seq = payload.seq ?? node.seq;
  return {
    state: withNode(state, topic.node, { ...node, ...(seq === undefined ? {} : { seq }), tables }),
    messages: [],
    stale: gone === undefined ? [] : [gone.device],
  };
}

function hasGap(node: NodeState | undefined, { seq }: SparkplugPayload): boolean {
  return node?.seq !== undefined && seq !== undefined && seq !== (node.seq + 1) % 256;
}

function bdSeqOf({ metrics }: SparkplugPayload): number | undefined {
  const raw = metrics.find(({ name }) => name === BD_SEQ)?.raw;
  const value = raw === undefined ? undefined : readSparkplugValue(raw, undefined);
  return typeof value === 'number' ? value : undefined;
}

function tableOf(device: DeviceId, metrics: readonly SparkplugMetric[]): DeviceTable {
  const byAlias = new Map<bigint, AliasTarget>();
  const byName = new Map<string, AliasTarget>();
  for (const { name, alias, datatype, unit } of metrics) {
    if (name === undefined) continue;
    const target = { name, ...(datatype === undefined ? {} : { datatype }), ...(unit === undefined ? {} : { unit }) };
    byName.set(name, target);
    if (alias !== undefined) byAlias.set(alias, target);
  }
  return { device, byAlias, byName };
}

/** The measurements of a payload as one message for each moment, and how many metrics had no name. */
function partsOf(
  payload: SparkplugPayload,
  table: DeviceTable,
  message: RawMessage,
): { readonly messages: readonly RawMessage[]; readonly unnamed: number } {
  const byTime = new Map<EpochMs | undefined, Map<string, SparkplugPart['metrics'][string]>>();
  let unnamed = 0;
  for (const metric of payload.metrics) {
    const target = nameOf(metric, table);
    if (target === undefined) unnamed += 1;
    if (target === undefined || metric.raw === undefined || CONTROL.test(target.name)) continue;
    const timeMs = timeOf(metric.timestampMs ?? payload.timestampMs);
    const value: SparkplugValue = readSparkplugValue(metric.raw, metric.datatype ?? target.datatype);
    const unit = metric.unit ?? target.unit;
    const metrics = byTime.get(timeMs) ?? new Map();
    metrics.set(target.name, {
      value,
      ...(unit === undefined ? {} : { unit }),
      ...(metric.isHistorical ? { historical: true } : {}),
    });
    byTime.set(timeMs, metrics);
  }
  const encoder = new TextEncoder();
  const messages = [...byTime].map(([timeMs, metrics]): RawMessage => {
    const part: SparkplugPart = { ...(timeMs === undefined ? {} : { timeMs }), metrics: Object.fromEntries(metrics) };
    return { ...message, format: 'sparkplug-b', device: table.device, payload: encoder.encode(JSON.stringify(part)) };
  });
  return { messages, unnamed };
}

function nameOf({ name, alias }: SparkplugMetric, { byName, byAlias }: DeviceTable): AliasTarget | undefined {
  if (name !== undefined) return byName.get(name) ?? { name };
  return alias === undefined ? undefined : byAlias.get(alias);
}

/** Undefined where there is no time, or the clock of the station was not set. */
function timeOf(timestampMs: bigint | undefined): EpochMs | undefined {
  const ms = Number(timestampMs ?? 0n);
  return ms >= CLOCK_SET_FROM_MS && ms <= INSTANT_MAX_MS ? ms : undefined;
}
