/** DevAddrs that begin with the same bits: those of one network (its NetID gives them), or of a row of ABP devices. */
export interface AddressRange {
  readonly first: number;
  /** How many of the 32 bits are the same, 1 to 32. */
  readonly bits: number;
}

const RANGE = /^([0-9A-Fa-f]{8})\/(\d{1,2})$/;
const ADDRESS_BITS = 32;

/** Reads `260B4C00/24`: 8 hex digits and how many bits of them count. Undefined for any other text, or bits beyond those that count. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [, address = '', length = ''] = RANGE.exec(text) ?? [];
  const bits = Number(length);
  if (address === '' || bits < 1 || bits > ADDRESS_BITS) return undefined;
  const first = Number.parseInt(address, 16);
  return first % sizeOf(bits) === 0 ? { first, bits } : undefined;
}

/** @param devAddr 8 hex digits */
export function isInRange(devAddr: string, { first, bits }: AddressRange): boolean {
  const behind = Number.parseInt(devAddr, 16) - first;
  return behind >= 0 && behind < sizeOf(bits);
}

function sizeOf(bits: number): number {
  return 2 ** (ADDRESS_BITS - bits);
}
