import { describe, expect, it } from 'vitest';
import { equalObservedValues, formatObservedValue, isSuppressed, parseObservedValue } from './observed-value.ts';

describe('an observed value', () => {
  it.each(['31.3', '-0.5', '0', '<10', '<1', '<999999'])('survives its own text: %s', (text) => {
    const value = parseObservedValue(text) ?? expect.fail();
    expect(formatObservedValue(value)).toBe(text);
    expect(isSuppressed(value)).toBe(text.startsWith('<'));
  });

  it.each(['<0', '<-1', '<', '<1.5', '>10', '< 10', '<1000000'])('is not %j', (text) => {
    expect(parseObservedValue(text)).toBeUndefined();
  });

  it.each([
    ['10', '10.0', true],
    ['<10', '<10', true],
    ['<10', '<5', false],
    ['<10', '10', false],
    ['9', '<10', false],
  ])('equals or not: %s and %s', (a, b, expected) => {
    expect(equalObservedValues(parseObservedValue(a) ?? expect.fail(), parseObservedValue(b) ?? expect.fail())).toBe(
      expected,
    );
  });
});
