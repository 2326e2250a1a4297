import { describe, expect, it } from 'vitest';
import { deviceIdSchema, parseDeviceId } from './device-id.ts';

describe('a device id', () => {
  it.each(['24e124136c140001', '24-E1-24-13-6C-14-00-01', '24:e1:24:13:6c:14:00:01'])(
    '%s is a DevEUI, so that the device is one on every road',
    (text) => {
      expect(parseDeviceId(text)).toBe('24E124136C140001');
      expect(deviceIdSchema.parse(text)).toBe('24E124136C140001');
    },
  );

  it.each([
    'heat-library-26',
    'urn:dev:mac:24e124fffe140024',
    'Waterbeheer/sluis-edge/sluis_01',
    '9000001906',
    'x'.repeat(128),
  ])('%s is a name and stays as it is', (text) => {
    expect(parseDeviceId(text)).toBe(text);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'plein+1', '#', 'é', 'a\n'])('%j is none', (text) => {
    expect(parseDeviceId(text)).toBeUndefined();
    expect(deviceIdSchema.safeParse(text).success).toBe(false);
  });
});
