/**
 * Measures the MQTT packets of one connection by their fixed headers (MQTT 3.1.1 section 2.2), before anything holds
 * their bytes: the parser behind it has no limit of its own.
 */
export interface PacketLimit {
  /** False when a packet of the connection is larger than allowed, or its length cannot be read. */
  accepts(chunk: Uint8Array): boolean;
  /** After login packets may be larger. */
  raise(packetBytesMax: number): void;
}

const LENGTH_BYTES_MAX = 4;

export function createPacketLimit(packetBytesMax: number): PacketLimit {
  let max = packetBytesMax;
  /** Body bytes of the packet that are still to come; -1 while the header is read. */
  let remaining = -1;
  let headerBytes = 0;
  let length = 0;

  const acceptsHeader = (byte: number): boolean => {
    headerBytes += 1;
    if (headerBytes === 1) return true;
    length += (byte & 0x7f) * 128 ** (headerBytes - 2);
    if (length > max) return false;
    if (byte < 0x80) remaining = length;
    else if (headerBytes > LENGTH_BYTES_MAX) return false;
    return true;
  };

  return {
    accepts(chunk) {
      let at = 0;
      while (at < chunk.length) {
        if (remaining < 0) {
          if (!acceptsHeader(chunk[at] as number)) return false;
          at += 1;
        } else {
          const taken = Math.min(remaining, chunk.length - at);
          remaining -= taken;
          at += taken;
        }
        if (remaining === 0) {
          remaining = -1;
          headerBytes = 0;
          length = 0;
        }
      }
      return true;
    },
    raise(bytes) {
      max = bytes;
    },
  };
}
