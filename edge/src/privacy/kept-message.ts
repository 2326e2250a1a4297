import type { DeviceModel } from '@meetbrug/protocols/devices';
import { type RawMessage, type Uplink, WIRE_FORMATS, type WireFormat } from '@meetbrug/protocols/uplinks';
import { ALLOWED_FIELDS } from './allowed-fields.ts';
import { writeKeptUplink } from './kept-uplink.ts';
import { compileReduction } from './reduce-body.ts';

/** A message as it may stand on disk. */
export type KeptMessage = Pick<RawMessage, 'topic' | 'payload'>;

type Reductions = Readonly<Record<WireFormat, (body: unknown) => string>>;

const READ_UPLINK = reductions('dropped');
const REFUSED_MESSAGE = reductions('named');
const UNKNOWN_MESSAGE = compileReduction({}, 'named');
const NOTHING = new Uint8Array();

/** Formats whose topic tells the format and whose reduced body gives the same uplink again: the usual way, and the fastest. */
const KEPT_AS_BODIES: ReadonlySet<WireFormat | undefined> = new Set(['chirpstack-v4', 'the-things-stack']);

/** What decides how a message is kept: what the source said of it, and what it was recognised as. */
export interface MessageOrigin {
  readonly message: Pick<RawMessage, 'topic' | 'format'>;
  readonly recognised: {
    readonly format: WireFormat | undefined;
    /** The parsed JSON; undefined where there is none. */
    readonly body: unknown;
  };
}

function isKeptAsBody({ message, recognised }: MessageOrigin, model: DeviceModel | undefined): boolean {
  const { format, body } = recognised;
  const isTold = message.format === undefined && body !== undefined;
  return isTold && model?.readsObject === undefined && KEPT_AS_BODIES.has(format);
}

/**
 * The raw form of an uplink that was read, beside its observations in the outbox: what gives the same uplink again, but for
 * the device's name and what its model does not read. Payload bytes of a model that nobody has cleared do not stay. What
 * was dropped is not even named: that would be most of the row, and cost more than the rest.
 */
export function keptUplink(origin: MessageOrigin, uplink: Uplink, model: DeviceModel): Uint8Array {
  if (model.readsObject === undefined && model.cleared !== true) return NOTHING;
  if (isKeptAsBody(origin, model)) return Buffer.from(READ_UPLINK[uplink.format](origin.recognised.body));
  return writeKeptUplink(uplink, model.readsObject, 'dropped', model.readsObject === undefined);
}

/**
 * The rule for what could not be used. It is applied before anything is written.
 *
 * - An uplink that was read: what gives it again, and of all other fields name and type. Of the object of a device that is
 *   not configured nothing is known to be a measurement, so names and types only.
 * - Any other JSON body on a topic of a known wire format: the fields that the parser needs, and of all others name and type.
 * - A JSON body on any other topic: names and types only, and of the topic what cannot be somebody's identifier.
 * - A body that is no JSON, or too large to be read: nothing. Not even a hash: the numbers of all plates and all MAC
 *   addresses can be hashed in an hour. Its length stands in the record's detail. That the topic names a known device
 *   changes nothing, because such a body is not that device's payload.
 *
 * @param uplink what the parser made of it
 * @param model of the device that it names, where that is configured
 */
export function keptRefusal(origin: MessageOrigin, uplink?: Uplink, model?: DeviceModel): KeptMessage {
  const { message } = origin;
  const { format, body } = origin.recognised;
  const { topic } = message;
  if (uplink !== undefined && !isKeptAsBody(origin, model)) {
    const withPayload = model?.readsObject === undefined;
    return { topic, payload: writeKeptUplink(uplink, model?.readsObject, 'named', withPayload) };
  }
  const isOwnTopic = format !== undefined && message.format === undefined;
  const write = format === undefined ? UNKNOWN_MESSAGE : REFUSED_MESSAGE[format];
  return {
    topic: isOwnTopic ? topic : reducedTopic(topic),
    payload: body === undefined ? NOTHING : Buffer.from(write(body)),
  };
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
