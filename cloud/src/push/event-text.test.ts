import { describe, expect, it } from 'vitest';
import { cutText, endText, lostText, memberPrefix, openText, readLastEventId } from './event-text.ts';

describe('Last-Event-ID', () => {
  it.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['-1', 0],
    ['0', 1],
    ['41', 42],
  ])('%s asks for what follows it', (text, next) => {
    expect(readLastEventId(text)).toEqual({ ok: true, value: next });
  });

  it.each(['x', '1.5', '-2', '01', '1 ', '1e3', '9999999999999999', '١'])('%s is none that we give', (text) => {
    expect(readLastEventId(text)).toMatchObject({ ok: false, fault: { code: 'bad-event-id' } });
  });
});

describe('the text of events', () => {
  it('lets a reader come back before its first member', () => {
    expect(openText(0)).toContain('id: -1\n');
    expect(openText(42)).toMatch(/^retry: \d+\nid: 41\n\n$/);
  });

  it('names what is lost and the first that there is, and is not said again to who comes back', () => {
    expect(lostText({ from: 3, until: 10 })).toBe('event: lost\nid: 9\ndata: {"from":3,"until":10,"first":10}\n\n');
  });

  it('says why it cuts without moving the place', () => {
    expect(cutText('slow-reader')).toBe('event: cut\ndata: {"reason":"slow-reader"}\n\n');
  });

  it('says where a closed stream ends', () => {
    expect(endText(7)).toBe('event: end\nid: 6\ndata: {"members":7}\n\n');
    expect(memberPrefix(6)).toBe('id: 6\ndata: ');
  });
});
