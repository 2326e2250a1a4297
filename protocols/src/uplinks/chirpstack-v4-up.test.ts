import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUsualUp, upSchema } from './chirpstack-v4-up.ts';

const usual = {
  time: '2026-07-01T12:00:00.123456+00:00',
  deviceInfo: { tenantName: 'Stad Voorbeeld', deviceName: 'plein', devEui: '24e124136c140001', tags: {} },
  devAddr: '01a2b3c4',
  adr: true,
  dr: 5,
  fCnt: 4242,
  fPort: 85,
  confirmed: false,
  data: 'AXVkA2cKAQRoXw==',
  object: { temperature: 26.6 },
  rxInfo: [
    {
      gatewayId: '0016c001f153a14c',
      gwTime: '2026-07-01T12:00:00+00:00',
      timeSinceGpsEpoch: '1s',
      rssi: -70,
      snr: 9.5,
    },
    { gatewayId: '0016c001f10aa2b3', nsTime: '2026-07-01T12:00:00+00:00', rssi: -85, snr: 'NaN' },
  ],
  joinServerContext: null,
};

const FIELDS = [
  'time',
  'devAddr',
  'adr',
  'fCnt',
  'fPort',
  'confirmed',
  'data',
  'object',
  'rxInfo',
  'joinServerContext',
];
const DEVICE_FIELDS = ['devEui', 'deviceName'];
const RECEPTION_FIELDS = ['gatewayId', 'rssi', 'snr', 'timeSinceGpsEpoch', 'gwTime', 'nsTime', 'time'];
const PATHS = [
  ...FIELDS.map((field) => [field]),
  ['deviceInfo'],
  ...DEVICE_FIELDS.map((field) => ['deviceInfo', field]),
  ['rxInfo', '1'],
  ...RECEPTION_FIELDS.map((field) => ['rxInfo', '1', field]),
];

/** Values at the edges of what the fields allow, beside anything that JSON can hold; undefined takes the field away. */
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(undefined, null, '', 'x'.repeat(256), 'x'.repeat(257), '01A2B3C4', [], {}, true, [null]),
  fc.constantFrom(0, -0, -1, 1.5, 255, 256, 2 ** 32 - 1, 2 ** 32, 2 ** 53, Number.POSITIVE_INFINITY),
);

function replaced(body: unknown, [field = '', ...rest]: readonly string[], by: unknown): unknown {
  const copy = Array.isArray(body) ? [...body] : { ...(body as object) };
  const fields = copy as Record<string, unknown>;
  if (rest.length > 0) fields[field] = replaced(fields[field], rest, by);
  else if (by === undefined && !Array.isArray(copy)) delete fields[field];
  else fields[field] = by;
  return copy;
}

describe('the short way through a ChirpStack up event', () => {
  it('takes the usual body', () => {
    expect(readUsualUp(usual)).toEqual(upSchema.parse(usual));
  });

  it.each([undefined, null, 1, 'text', [], [usual], {}])('leaves %j to the schema', (json) => {
    expect(readUsualUp(json)).toBeUndefined();
  });

  it('reads whatever it takes as the schema does, and takes nothing that the schema refuses', () => {
    let takenCount = 0;
    let refusedCount = 0;
    const oneFieldChanged = fc.record({ path: fc.constantFrom(...PATHS), by: value });
    fc.assert(
      fc.property(oneFieldChanged, ({ path, by }) => {
        const body = replaced(usual, path, by);
        const bySchema = upSchema.safeParse(body);
        const byHand = readUsualUp(body);
        if (!bySchema.success) refusedCount += 1;
        if (byHand === undefined) return;
        takenCount += 1;
        expect(bySchema.success).toBe(true);
        expect(byHand).toEqual(bySchema.data);
      }),
      { seed: 1, numRuns: 5_000 },
    );
    expect(takenCount).toBeGreaterThan(500);
    expect(refusedCount).toBeGreaterThan(500);
  });
});
