/** MQTT 3.1.1 control packets out of a stream of bytes; what is incomplete waits for the next chunk. */
export class PacketSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** Whole packets, in their order. Throws for a length that no MQTT packet has. */
  push(chunk: Buffer): Buffer[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const packets: Buffer[] = [];
    for (let end = packetEnd(bytes); end !== undefined; end = packetEnd(bytes)) {
      packets.push(bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return packets;
  }
}

const LENGTH_BYTES_MAX = 4;
const PUBLISH = 3;
const DUPLICATE_FLAG = 0x08;
const QOS_BITS = 0x06;

/** Where the first packet ends; undefined while it is incomplete. */
function packetEnd(bytes: Buffer): number | undefined {
  let length = 0;
  for (let index = 0; index < LENGTH_BYTES_MAX; index += 1) {
    const byte = bytes[index + 1];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** index;
    if (byte < 0x80) {
      const end = index + 2 + length;
      return end <= bytes.length ? end : undefined;
    }
  }
  throw new Error('a remaining length of more than four bytes');
}

/** Last level of the topic of a PUBLISH, such as `batch`; undefined for any other packet. */
export function publishedKind(packet: Buffer): string | undefined {
  if ((packet[0] as number) >> 4 !== PUBLISH) return undefined;
  let at = 1;
  while ((packet[at] as number) >= 0x80) at += 1;
  const topicStart = at + 3;
  const topic = packet.toString('utf8', topicStart, topicStart + packet.readUInt16BE(at + 1));
  return topic.slice(topic.lastIndexOf('/') + 1);
}

/** The same PUBLISH once more: at QoS 1 with the same id and the mark of a redelivery. */
export function redelivery(packet: Buffer): Buffer {
  const copy = Buffer.from(packet);
  if (((copy[0] as number) & QOS_BITS) !== 0) copy[0] = (copy[0] as number) | DUPLICATE_FLAG;
  return copy;
}
