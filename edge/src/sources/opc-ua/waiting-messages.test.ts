import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import type { StationBatch } from './station-messages.ts';
import { WaitingMessages } from './waiting-messages.ts';

const messages = (from: number, to: number): OpcUaMessage[] =>
  Array.from({ length: to - from }, (_, index) => ({
    device: 'a',
    time: '2026-07-14T13:20:00Z',
    timeSource: 'payload',
    values: { level: from + index },
  }));

function create() {
  const sent: StationBatch[] = [];
  const crowded: boolean[] = [];
  const waiting = new WaitingMessages(
    { messagesMax: 10, batchMessagesMax: 3, batchesMax: 2 },
    { send: (batch) => sent.push(batch), crowded: (isCrowded) => crowded.push(isCrowded) },
  );
  const levels = () => sent.map((batch) => batch.messages.map(({ values }) => values.level));
  return { sent, crowded, waiting, levels };
}

describe('WaitingMessages', () => {
  it('sends in order, no more batches than are confirmed', () => {
    const { sent, waiting, levels } = create();
    expect(waiting.add(messages(0, 8), 1)).toBe(0);
    expect(levels()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    waiting.taken(sent[0]?.id ?? 0);
    expect(levels().at(-1)).toEqual([6, 7]);
  });

  it('drops what is too much and says how many, what is under way included', () => {
    const { sent, waiting } = create();
    expect(waiting.add(messages(0, 8), 1)).toBe(0);
    expect(waiting.add(messages(8, 12), 2)).toBe(2);
    waiting.taken(sent[0]?.id ?? 0);
    expect(waiting.add(messages(12, 16), 3)).toBe(1);
  });

  it('says when more than half of the room is taken, and when less than a quarter is', () => {
    const { sent, crowded, waiting } = create();
    const confirm = (index: number) => waiting.taken(sent[index]?.id ?? 0);
    waiting.add(messages(0, 5), 1);
    expect([crowded, waiting.isCrowded]).toEqual([[], false]);
    waiting.add(messages(5, 6), 2);
    waiting.add(messages(6, 7), 3);
    expect([crowded, waiting.isCrowded]).toEqual([[true], true]);
    confirm(0);
    expect(crowded).toEqual([true]);
    confirm(1);
    expect([crowded, waiting.isCrowded]).toEqual([[true, false], false]);
  });

  it('keeps what arrived at different times in batches of their own', () => {
    const { sent, waiting } = create();
    waiting.add(messages(0, 1), 1);
    waiting.add(messages(1, 2), 2);
    expect(sent.map(({ receivedMs }) => receivedMs)).toEqual([1, 2]);
  });
});
