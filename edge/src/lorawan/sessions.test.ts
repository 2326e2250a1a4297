import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from '@meetbrug/protocols/lorawan';
import { parseAddressRange } from '@meetbrug/protocols/lorawan';
import { frameMessage, readGwmp } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planMessage } from '../intake/plan-message.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { openTestOutbox, RECEIVED_MS, testConfig } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { readSessions } from './read-sessions.ts';
import { LorawanSessions, type SessionRules } from './sessions.ts';

const SAMPLES = `${import.meta.dirname}/../../../test/samples`;
const KEYS = { nwkSKey: '3c4fcf098815f7aba6d2ae2816157e2b', appSKey: '2b7e151628aed2a6abf7158809cf4f3c' };
const SESSION = { devEui: '24E124136C140009', devAddr: '260B4C2F', ...KEYS };
const config = testConfig({
  devices: [
    {
      devEui: SESSION.devEui,
      profile: 'milesight-em300-th',
      at: { name: 'plein', label: 'Plein', longitude: 3.7174, latitude: 51.0543 },
    },
  ],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-sessions-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function sessionsFile(content: unknown): string {
  const file = join(folder, 'sessions.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function frameIn(name: string) {
  const { datagramHex } = JSON.parse(readFileSync(`${SAMPLES}/${name}.json`, 'utf8'));
  const datagram = readGwmp(Buffer.from(datagramHex, 'hex'));
  const [frame] = datagram.ok ? datagram.value.frames : [];
  return frameMessage(frame ?? expect.fail(name), { topic: 'lorawan/test', receivedMs: RECEIVED_MS });
}

/** Plans a message as the intake does and commits what comes of it; `fails` throws inside the transaction, `isForgotten`: the window is past it. */
function take(
  outbox: Outbox,
  sessions: LorawanSessions,
  name: string,
  { fails = false, isForgotten = false } = {},
): string {
  const planned = planMessage(
    frameIn(name),
    { ...intakeRules(config), sessions },
    (one) => !isForgotten && outbox.window.has(one),
  );
  const commit = () =>
    outbox.commit((writer) => {
      if (planned.counter !== undefined) writer.setFrameCounter(planned.counter);
      if (planned.kind === 'uplink') writer.addUplink(planned.uplink);
      if (fails) throw new Error('the transaction fails');
    });
  if (fails) expect(commit).toThrow('the transaction fails');
  else commit();
  if (planned.kind === 'quarantine') return planned.record.reason;
  return planned.kind === 'dropped' ? planned.reason : planned.kind;
}

const open = (outbox: Outbox, session: object = SESSION, rules: Partial<SessionRules> = {}) =>
  new LorawanSessions(sessionsOf([session]), {
    frameCounterGapMax: 16_384,
    committedCounter: (name) => outbox.committedFrameCounter(name),
    ...rules,
  });

function sessionsOf(content: unknown): readonly Session[] {
  const sessions = readSessions(sessionsFile(content));
  return sessions.ok ? sessions.value : expect.fail(sessions.fault.detail);
}

describe('a LoRaWAN session', () => {
  it('keeps its frame counter with the outbox, and what was not committed does not move it', () => {
    const first = openTestOutbox(folder).outbox;
    expect(take(first, open(first), '16-gwmp-push-data-heat', { fails: true })).toBe('uplink');
    first.abandon();
    const second = openTestOutbox(folder).outbox;
    expect(take(second, open(second), '16-gwmp-push-data-heat')).toBe('uplink');
    second.close();
    const third = openTestOutbox(folder).outbox;
    const sessions = open(third);
    expect(take(third, sessions, '17-gwmp-push-data-duplicate-other-gateway')).toBe('duplicate');
    expect(take(third, sessions, '16-gwmp-push-data-heat', { isForgotten: true })).toBe('replayed-frame');
    third.close();
  });

  it('refuses a wrong MIC with the encrypted frame in quarantine, and drops what is of no session', () => {
    const { outbox } = openTestOutbox(folder);
    expect(take(outbox, open(outbox), '21-gwmp-push-data-bad-mic')).toBe('bad-mic');
    expect(take(outbox, open(outbox, { ...SESSION, devAddr: '00000001' }), '16-gwmp-push-data-heat')).toBe(
      'unknown-session',
    );
    outbox.close();
  });

  it("keeps a frame of the city's own addresses that no session opens, encrypted, and drops it elsewhere", () => {
    const { outbox } = openTestOutbox(folder);
    const other = { ...SESSION, devAddr: '00000001' };
    const own = (range: string) => open(outbox, other, { ownDevAddrs: [parseAddressRange(range) ?? expect.fail()] });
    const plan = (sessions: LorawanSessions) =>
      planMessage(frameIn('16-gwmp-push-data-heat'), { ...intakeRules(config), sessions }, () => false);
    const kept = plan(own('260B4C00/24'));
    expect(kept).toMatchObject({ kind: 'quarantine', record: { reason: 'unknown-session' } });
    const { phyPayload } = JSON.parse(Buffer.from(frameIn('16-gwmp-push-data-heat').payload).toString());
    if (kept.kind === 'quarantine') expect(Buffer.from(kept.record.payload).toString()).toContain(phyPayload);
    expect(plan(own('260B4D00/24'))).toEqual({ kind: 'dropped', reason: 'unknown-session' });
    outbox.close();
  });

  it('takes the counter that was handed over with it', () => {
    const { outbox } = openTestOutbox(folder);
    const sessions = open(outbox, { ...SESSION, lastFrameCounter: 131_056 });
    expect(take(outbox, sessions, '20-gwmp-push-data-fcnt-rollover')).toBe('uplink');
    outbox.close();
  });
});

describe('the file of sessions', () => {
  it.each([
    ['a key that is too short', [{ ...SESSION, appSKey: '2b7e' }], '0.appSKey'],
    ['no list', { ...SESSION }, 'the list'],
    ['no YAML', '[{', 'neither YAML nor JSON'],
  ])('with %s is refused with its place and without its keys', (_, content, place) => {
    const read = readSessions(sessionsFile(content));
    expect(read).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(place) } });
    expect(JSON.stringify(read)).not.toContain(KEYS.nwkSKey);
  });
});
