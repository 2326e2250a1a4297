import { BATCH_BOUNDS, DELIVERY_VERSION } from '@meetbrug/protocols/delivery';
import { INSTANT_MAX_MS, isDatastreamKey, QUALITY_CODE_MAX } from '@meetbrug/protocols/observation';

/**
 * The common case of `batchSchema`, without the schema's cost for each observation: true only for what the schema
 * accepts. What this refuses is given to the schema, which has the last word and says what is wrong; so a gap here costs
 * time, never a batch. A test holds the two together.
 */
export function acceptsBatch(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const { version, epoch, run, datastreams, descriptions, uplinks } = document as Record<string, unknown>;
  return (
    Object.keys(document).length === (run === undefined ? 5 : 6) &&
    version === DELIVERY_VERSION &&
    typeof epoch === 'string' &&
    EPOCH.test(epoch) &&
    (run === undefined || (typeof run === 'string' && EPOCH.test(run))) &&
    isArrayOf(datastreams, BATCH_BOUNDS.datastreamsMax, isDatastream) &&
    Array.isArray(descriptions) &&
    descriptions.length <= BATCH_BOUNDS.datastreamsMax &&
    isArrayOf(uplinks, BATCH_BOUNDS.uplinksMax, isUplink)
  );
}

const EPOCH = /^[0-9a-f]{16}$/;
const VALUE = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|<[1-9]\d{0,5})$/;
const VALUE_LENGTH_MAX = 24;

function isArrayOf(value: unknown, lengthMax: number, isItem: (item: unknown) => boolean): boolean {
  if (!Array.isArray(value) || value.length > lengthMax) return false;
  for (const item of value) {
    if (!isItem(item)) return false;
  }
  return true;
}

function isIntegerWithin(value: unknown, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

function isDatastream(item: unknown): boolean {
  if (!Array.isArray(item) || item.length !== 2) return false;
  const [key, version] = item;
  return typeof key === 'string' && isDatastreamKey(key) && isIntegerWithin(version, 1, Number.MAX_SAFE_INTEGER);
}

function isUplink(item: unknown): boolean {
  // What reports gaps is rare: the schema reads it.
  if (!Array.isArray(item) || item.length !== 3) return false;
  const [sequence, receivedMs, observations] = item;
  return (
    isIntegerWithin(sequence, 1, Number.MAX_SAFE_INTEGER) &&
    isIntegerWithin(receivedMs, 0, INSTANT_MAX_MS) &&
    isArrayOf(observations, BATCH_BOUNDS.observationsPerUplinkMax, isObservation)
  );
}

function isObservation(item: unknown): boolean {
  if (!Array.isArray(item) || item.length < 6 || item.length > 7) return false;
  const [index, beginMs, endMs, resultMs, value, quality, inputs] = item;
  return (
    isIntegerWithin(index, 0, BATCH_BOUNDS.datastreamsMax) &&
    isIntegerWithin(beginMs, 0, INSTANT_MAX_MS) &&
    (endMs === null || isIntegerWithin(endMs, 0, INSTANT_MAX_MS)) &&
    isIntegerWithin(resultMs, 0, INSTANT_MAX_MS) &&
    typeof value === 'string' &&
    value.length <= VALUE_LENGTH_MAX &&
    VALUE.test(value) &&
    isIntegerWithin(quality, 0, QUALITY_CODE_MAX) &&
    (inputs === undefined ||
      (isArrayOf(inputs, BATCH_BOUNDS.inputsPerObservationMax, isInput) && (inputs as unknown[]).length > 0))
  );
}

function isInput(item: unknown): boolean {
  return (
    Array.isArray(item) &&
    item.length === 2 &&
    isIntegerWithin(item[0], 0, BATCH_BOUNDS.datastreamsMax) &&
    isIntegerWithin(item[1], 0, INSTANT_MAX_MS)
  );
}
