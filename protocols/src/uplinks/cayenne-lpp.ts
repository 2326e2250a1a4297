import { type Fault, fail, ok, type Result } from '../result/mod.ts';

/** A number of a Cayenne field: big-endian, `value = digits / perUnit`. */
interface NumberForm {
  readonly bytes: 1 | 2 | 3 | 4;
  readonly isSigned?: true;
  readonly perUnit?: number;
}

interface FieldForm {
  readonly name: string;
  /** The parts of a field of several numbers; one without a name is the field itself. */
  readonly parts: readonly (NumberForm & { readonly name?: string })[];
}

const one = (name: string, bytes: NumberForm['bytes'], perUnit = 1, isSigned = false): FieldForm => ({
  name,
  parts: [{ bytes, perUnit, ...(isSigned ? { isSigned: true } : {}) }],
});
const axes = (name: string, perUnit: number): FieldForm => ({
  name,
  parts: ['x', 'y', 'z'].map((axis) => ({ name: axis, bytes: 2, isSigned: true, perUnit })),
});

/**
 * Types by their number. The original ones have the names of The Things Stack's formatter (lorawan-stack
 * `pkg/messageprocessors/cayennelpp`); the others, of ElectronicCats' library (`CayenneLPP.h`), are named after it. Units:
 * °C, %, hPa, lx, V, A, Hz, m, ppm, W, kWh, °, s, g, °/s; GPS in degrees and metres.
 */
const FORMS: ReadonlyMap<number, FieldForm> = new Map([
  [0x00, one('digital_in', 1)],
  [0x01, one('digital_out', 1)],
  [0x02, one('analog_in', 2, 100, true)],
  [0x03, one('analog_out', 2, 100, true)],
  [0x64, one('generic', 4)],
  [0x65, one('luminosity', 2)],
  [0x66, one('presence', 1)],
  [0x67, one('temperature', 2, 10, true)],
  [0x68, one('relative_humidity', 1, 2)],
  [0x71, axes('accelerometer', 1000)],
  [0x73, one('barometric_pressure', 2, 10)],
  [0x74, one('voltage', 2, 100)],
  [0x75, one('current', 2, 1000)],
  [0x76, one('frequency', 4)],
  [0x78, one('percentage', 1)],
  [0x79, one('altitude', 2, 1, true)],
  [0x7d, one('concentration', 2)],
  [0x80, one('power', 2)],
  [0x82, one('distance', 4, 1000)],
  [0x83, one('energy', 4, 1000)],
  [0x84, one('direction', 2)],
  [0x85, one('unix_time', 4)],
  [0x86, axes('gyrometer', 100)],
  [0x87, { name: 'colour', parts: ['red', 'green', 'blue'].map((name) => ({ name, bytes: 1 as const })) }],
  [
    0x88,
    {
      name: 'gps',
      parts: [
        { name: 'latitude', bytes: 3, isSigned: true, perUnit: 10_000 },
        { name: 'longitude', bytes: 3, isSigned: true, perUnit: 10_000 },
        { name: 'altitude', bytes: 3, isSigned: true, perUnit: 100 },
      ],
    },
  ],
  [0x8e, one('switch', 1)],
] as const satisfies readonly (readonly [number, FieldForm])[]);

/** Fields by `<name>_<channel>`, for example `temperature_1`. */
export type CayenneFields = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

export type CayenneFaultCode = 'payload-empty' | 'payload-truncated' | 'payload-unknown-field';

/**
 * Decodes Cayenne LPP. A type that is not known has no known length, so reading ends there: what was read before stays and
 * a warning says what ended it; so it is with a payload that ends inside a field. Fault where nothing at all was read.
 * A channel that comes twice with one type keeps its last value.
 */
export function decodeCayenneLpp(
  payload: Uint8Array,
): Result<{ readonly data: CayenneFields; readonly warnings: readonly string[] }, Fault<CayenneFaultCode>> {
  if (payload.length === 0) return fail('payload-empty', 'no bytes');
  const fields = new Map<string, CayenneFields[string]>();
  let offset = 0;
  let fault: Fault<CayenneFaultCode> | undefined;
  while (offset < payload.length && fault === undefined) {
    const [channel = 0, type] = payload.subarray(offset, offset + 2);
    const form = type === undefined ? undefined : FORMS.get(type);
    const length = form?.parts.reduce((sum, part) => sum + part.bytes, 2) ?? 0;
    if (type !== undefined && form === undefined) {
      fault = { code: 'payload-unknown-field', detail: `type ${type} at byte ${offset} is not known` };
    } else if (form === undefined || offset + length > payload.length) {
      fault = { code: 'payload-truncated', detail: `the payload ends inside the field at byte ${offset}` };
    } else {
      fields.set(`${form.name}_${channel}`, readField(form, payload.subarray(offset + 2, offset + length)));
      offset += length;
    }
  }
  if (fault !== undefined && fields.size === 0) return { ok: false, fault };
  return ok({ data: Object.fromEntries(fields), warnings: fault === undefined ? [] : [fault.detail] });
}

function readField(form: FieldForm, bytes: Uint8Array): CayenneFields[string] {
  const values: [string, number][] = [];
  let offset = 0;
  for (const part of form.parts) {
    values.push([part.name ?? '', readNumber(part, bytes.subarray(offset, offset + part.bytes))]);
    offset += part.bytes;
  }
  const [[name, value] = ['', 0]] = values;
  return name === '' ? value : Object.fromEntries(values);
}

function readNumber({ isSigned, perUnit = 1 }: NumberForm, bytes: Uint8Array): number {
  let digits = 0;
  for (const byte of bytes) digits = digits * 256 + byte;
  const limit = 2 ** (8 * bytes.length);
  if (isSigned && digits >= limit / 2) digits -= limit;
  return digits / perUnit;
}
