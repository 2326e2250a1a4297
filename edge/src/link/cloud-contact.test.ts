import { describe, expect, it } from 'vitest';
import { CloudContact } from './cloud-contact.ts';

const BOUNDS = { keepaliveMs: 60_000, silenceMsMax: 120_000, helloPauseMsMax: 8_000 };

/** Opened and greeted at 0. */
function greeted(): CloudContact {
  const contact = new CloudContact(BOUNDS);
  contact.opened();
  contact.saidHello(0);
  return contact;
}

function welcomedAt(nowMs: number): CloudContact {
  const contact = greeted();
  contact.welcomed(nowMs);
  return contact;
}

describe('contact with the cloud', () => {
  it('asks nothing of a connection that is not open yet', () => {
    expect(new CloudContact(BOUNDS).due(1_000_000)).toBeUndefined();
  });

  it('says hello again with growing pauses up to a bound, and never gives the connection up for it', () => {
    const contact = greeted();
    const helloMs: number[] = [];
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
      const due = contact.due(nowMs);
      expect(due).not.toBe('close');
      if (due === undefined) continue;
      helloMs.push(nowMs);
      contact.saidHello(nowMs);
    }
    expect(helloMs).toEqual([1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 39_000, 47_000, 55_000]);
  });

  it('asks whether the cloud is there after a silence, and closes when no answer comes', () => {
    const contact = welcomedAt(500);
    expect(contact.due(60_499)).toBeUndefined();
    expect(contact.due(60_500)).toBe('hello');
    contact.saidHello(60_500);
    expect(contact.due(180_500)).toBeUndefined();
    expect(contact.due(180_501)).toBe('close');
  });

  it('is content with any welcome', () => {
    const contact = welcomedAt(500);
    contact.saidHello(60_500);
    contact.welcomed(61_000);
    expect(contact.due(120_999)).toBeUndefined();
    expect(contact.due(121_000)).toBe('hello');
  });

  it('closes when batches wait and nothing is heard, counted from the first of them', () => {
    const contact = welcomedAt(0);
    contact.asked(10_000);
    contact.asked(100_000);
    expect(contact.due(130_000)).toBeUndefined();
    expect(contact.due(130_001)).toBe('close');
  });

  it('waits on while acknowledgements of other batches come', () => {
    const contact = welcomedAt(0);
    contact.asked(10_000);
    contact.acknowledged(100_000, true);
    expect(contact.due(220_000)).toBeUndefined();
    expect(contact.due(220_001)).toBe('close');
  });

  it('is answering only between a welcome and an answer that is overdue', () => {
    const contact = greeted();
    expect(contact.isAnswering(0, 1_000)).toBe(false);
    contact.welcomed(100);
    expect(contact.isAnswering(50_000, 1_000)).toBe(true);
    contact.asked(50_000);
    expect(contact.isAnswering(51_000, 1_000)).toBe(true);
    expect(contact.isAnswering(51_001, 1_000)).toBe(false);
    contact.acknowledged(52_000, false);
    expect(contact.isAnswering(52_000, 1_000)).toBe(true);
    contact.lost();
    expect(contact.isAnswering(52_000, 1_000)).toBe(false);
  });

  it('knows when a batch was last acknowledged, over all connections', () => {
    const contact = welcomedAt(0);
    expect(contact.acknowledgedMs).toBeUndefined();
    contact.acknowledged(7_000, false);
    contact.lost();
    expect(contact.acknowledgedMs).toBe(7_000);
  });
});
