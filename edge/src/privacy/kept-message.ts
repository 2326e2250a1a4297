import { type RawMessage, WIRE_FORMATS, type WireFormat } from '@meetbrug/protocols/uplinks';
import { ALLOWED_FIELDS } from './allowed-fields.ts';
import { compileReduction } from './reduce-body.ts';

/** A message as it may stand on disk. */
export type KeptMessage = Pick<RawMessage, 'topic' | 'payload'>;

type Reductions = Readonly<Record<WireFormat, (body: unknown) => string>>;

const READ_UPLINK = reductions('dropped');
const REFUSED_MESSAGE = reductions('named');
const UNKNOWN_MESSAGE = compileReduction({}, 'named');
const NOTHING = new Uint8Array();

/**
 * The raw form of an uplink that was read, beside its observations in the outbox: the fields that its parser needs and
 * nothing else, so parsing it again gives the same uplink, but for the decoded object and the device's name, which
 * nothing here uses. What was dropped is not even named: that would be most of the row, and cost more than the rest.
 */
export function keptUplink(format: WireFormat, body: unknown): Uint8Array {
  return Buffer.from(READ_UPLINK[format](body));
}

/**
 * The rule for what could not be used. It is applied before anything is written.
 *
 * - A JSON body on a topic of a known wire format: the fields that the parser needs, and of all others name and type.
 * - A JSON body on any other topic: names and types only, and of the topic what cannot be somebody's identifier.
 * - A body that is no JSON, or too large to be read: nothing. Not even a hash: the numbers of all plates and all MAC
 *   addresses can be hashed in an hour. Its length stands in the record's detail. That the topic names a known device
 *   changes nothing, because such a body is not that device's payload.
 *
 * @param body the parsed JSON; undefined where there is none
 */
export function keptRefusal(topic: string, format: WireFormat | undefined, body: unknown): KeptMessage {
  if (format === undefined) {
    return { topic: reducedTopic(topic), payload: body === undefined ? NOTHING : Buffer.from(UNKNOWN_MESSAGE(body)) };
  }
  return { topic, payload: body === undefined ? NOTHING : Buffer.from(REFUSED_MESSAGE[format](body)) };
}

const TOPIC_LEVELS_MAX = 16;
const WORD = /^[A-Za-z_-]{1,32}$/;

/** A topic whose levels are words; another level is told by its length: a plate, a MAC address, a serial number. */
function reducedTopic(topic: string): string {
  const levels = topic.split('/');
  const told = levels.slice(0, TOPIC_LEVELS_MAX).map((level) => (WORD.test(level) ? level : `<${level.length}>`));
  return levels.length > TOPIC_LEVELS_MAX ? `${told.join('/')}/<more>` : told.join('/');
}

function reductions(others: 'dropped' | 'named'): Reductions {
  return Object.fromEntries(
    WIRE_FORMATS.map((format) => [format, compileReduction(ALLOWED_FIELDS[format], others)]),
  ) as Reductions;
}
