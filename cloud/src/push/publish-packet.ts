/** A PUBLISH at QoS 0, not retained (MQTT 3.1.1 section 3.3). `payload` is ASCII or already UTF-8. */
export function publishPacket(topic: string, payload: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(topic);
  const bodyLength = 2 + name.length + payload.length;
  const length = remainingLength(bodyLength);
  const packet = new Uint8Array(1 + length.length + bodyLength);
  packet[0] = 0x30;
  packet.set(length, 1);
  let at = 1 + length.length;
  packet[at] = name.length >> 8;
  packet[at + 1] = name.length & 0xff;
  at += 2;
  packet.set(name, at);
  packet.set(payload, at + name.length);
  return packet;
}

/** Seven bits a byte, the lowest first; the top bit says that more follow (section 2.2.3). */
function remainingLength(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}
