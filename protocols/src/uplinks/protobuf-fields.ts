/** One field of a protobuf message: a number of a varint or a fixed width, or the bytes of a nested message or text. */
export type ProtobufField =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'fixed64' | 'bytes' | 'fixed32'; readonly bytes: Uint8Array };

/** A message that stops inside a field, or has a group (of protobuf 2) in it. */
export const MALFORMED = Symbol('malformed');

const VARINT_BYTES_MAX = 10;

/**
 * Reads the fields of one protobuf message in their order (encoding guide of Protocol Buffers), without copying: bytes are
 * views. Nested messages are read by calling it again, so a reader of known depth never recurses further than it means to.
 * @param fieldsMax reading ends as malformed beyond so many fields
 */
export function readProtobuf(message: Uint8Array, fieldsMax: number): readonly ProtobufField[] | typeof MALFORMED {
  const fields: ProtobufField[] = [];
  let offset = 0;
  while (offset < message.length) {
    const key = readVarint(message, offset);
    if (key === undefined || fields.length >= fieldsMax) return MALFORMED;
    const field = readField(message, key.end, Number(key.value >> 3n), Number(key.value & 7n));
    if (field === undefined) return MALFORMED;
    fields.push(field.field);
    offset = field.end;
  }
  return fields;
}

interface Read<T> {
  readonly field: T;
  readonly end: number;
}

function readField(message: Uint8Array, start: number, number: number, wire: number): Read<ProtobufField> | undefined {
  switch (wire) {
    case 0: {
      const varint = readVarint(message, start);
      return varint && { field: { number, wire: 'varint', value: varint.value }, end: varint.end };
    }
    case 1:
      return readBytes(message, start, 8, (bytes) => ({ number, wire: 'fixed64', bytes }));
    case 2: {
      const length = readVarint(message, start);
      if (length === undefined || length.value > message.length) return undefined;
      return readBytes(message, length.end, Number(length.value), (bytes) => ({ number, wire: 'bytes', bytes }));
    }
    case 5:
      return readBytes(message, start, 4, (bytes) => ({ number, wire: 'fixed32', bytes }));
    default:
      return undefined;
  }
}

function readBytes(
  message: Uint8Array,
  start: number,
  length: number,
  toField: (bytes: Uint8Array) => ProtobufField,
): Read<ProtobufField> | undefined {
  const end = start + length;
  return end > message.length ? undefined : { field: toField(message.subarray(start, end)), end };
}

function readVarint(message: Uint8Array, start: number): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let count = 0; count < VARINT_BYTES_MAX; count += 1) {
    const byte = message[start + count];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * count);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + count + 1 };
  }
  return undefined;
}
