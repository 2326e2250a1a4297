import { describe, expect, it } from 'vitest';
import { devEuiSchema, parseDevEui } from './dev-eui.ts';

describe('a DevEUI', () => {
  it.each(['24e124136c140001', '24E124136C140001', '24-e1-24-13-6c-14-00-01', '24:E1:24:13:6C:14:00:01'])(
    '%s is 24E124136C140001',
    (text) => {
      expect(parseDevEui(text)).toBe('24E124136C140001');
      expect(devEuiSchema.parse(text)).toBe('24E124136C140001');
    },
  );

  it.each([
    '',
    '24e124136c14000',
    '24e124136c14000100',
    '24e124136c14000g',
    ' 24e124136c140001',
    '24-e1-24:13-6c-14-00-01',
    '24-e1-24-13-6c-140001',
    'JOEkE2wUAAE=',
  ])('%j is none', (text) => {
    expect(parseDevEui(text)).toBeUndefined();
    expect(devEuiSchema.safeParse(text).success).toBe(false);
  });
});
