import { readFileSync } from 'node:fs';
import { DEVICE_PROFILES, modelOfProfile } from '@meetbrug/protocols/devices';
import { frameCipher, openFrame, readPhyPayload, type Session } from '@meetbrug/protocols/lorawan';
import { formatDecimal, formatInstant, parseInstant } from '@meetbrug/protocols/observation';
import {
  frameEvent,
  frameMessage,
  type HeardFrame,
  payloadHex,
  readFrameMessage,
  readGwmp,
  readRouterHello,
  readStationMessage,
} from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RECEIVED_MS, readSample } from './sample-files.ts';
import { CHANNEL_NAMES, SAMPLES_OF_GATEWAYS } from './sample-table.ts';

const hexBytes = z.string().transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const sampleSchema = z.object({
  session: z
    .object({
      devEui: z.string(),
      devAddr: z.string(),
      appSKey: hexBytes,
      nwkSKey: hexBytes,
      lastFCntUp: z.int().optional(),
    })
    .optional(),
  datagramHex: hexBytes.optional(),
  datagrams: z.array(z.object({ name: z.string(), hex: hexBytes })).optional(),
  frames: z.array(z.object({ json: z.unknown(), on: z.string().optional() })).optional(),
  phyPayloadHex: z.string().optional(),
});
const expectedSchema = z.looseObject({
  gateway: z.string().optional(),
  reply: z.object({ pushAckHex: z.string() }).optional(),
  joinEui: z.string().optional(),
  devNonce: z.int().optional(),
  micOk: z.boolean().optional(),
  results: z
    .array(z.looseObject({ name: z.string(), replyHex: z.string().nullable(), error: z.string().optional() }))
    .optional(),
  gatewayStatus: z.record(z.string(), z.number()).optional(),
});

const FRM_RULES = {
  cipher: frameCipher((bytes) => Buffer.from(bytes)),
  frameCounterGapMax: 16_384,
};
const EM300 = modelOfProfile(DEVICE_PROFILES.get('milesight-em300-th') ?? expect.fail('no profile'));

function read(number: string) {
  const { name, expected } = readSample(number);
  const text = readFileSync(`${import.meta.dirname}/${name}.json`, 'utf8');
  return { sample: sampleSchema.parse(JSON.parse(text)), expected, wanted: expectedSchema.parse(expected) };
}

const encode = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));

function datagramOf(number: string) {
  const datagram = readGwmp(read(number).sample.datagramHex ?? expect.fail('no datagram'));
  return datagram.ok ? datagram.value : expect.fail(datagram.fault.detail);
}

/** What the gateway of a sample heard, through the message that carries it to the intake. */
function heardIn(number: string): HeardFrame {
  const { sample } = read(number);
  const [frame] = sample.datagramHex === undefined ? stationFrames(number) : datagramOf(number).frames;
  const message = frameMessage(frame ?? expect.fail('no frame'), { topic: 'lorawan/test', receivedMs: RECEIVED_MS });
  const heard = readFrameMessage(message);
  return heard.ok ? heard.value : expect.fail(heard.fault.detail);
}

function stationFrames(number: string): HeardFrame[] {
  const { frames = [] } = read(number).sample;
  return frames
    .filter(({ on }) => on === undefined)
    .flatMap(({ json }) => {
      const message = readStationMessage(encode(json), '0016C001F153A14C');
      if (!message.ok) expect.fail(message.fault.detail);
      return message.value.kind === 'frame' ? [message.value.frame] : [];
    });
}

function sessionOf(number: string): Session {
  const { session = expect.fail('no session') } = read(number).sample;
  const { lastFCntUp, ...rest } = session;
  return lastFCntUp === undefined ? rest : { ...rest, lastFrameCounter: lastFCntUp };
}

function openIn(number: string) {
  const heard = heardIn(number);
  const frame = readPhyPayload(heard.phyPayload);
  if (!frame.ok || frame.value.kind !== 'data') expect.fail('no data frame');
  return { heard, data: frame.value, opened: openFrame(heard.phyPayload, frame.value, [sessionOf(number)], FRM_RULES) };
}

describe('the samples of gateways', () => {
  it('are all read here', () => {
    expect(SAMPLES_OF_GATEWAYS).toEqual(['16', '17', '18', '19', '20', '21', '22', '23']);
  });

  it.each(['16', '17', '20', '22'])('%s is the uplink that it says', (number) => {
    const { sample, expected, wanted } = read(number);
    const { heard, data, opened } = openIn(number);
    expect(payloadHex(heard.phyPayload)).toBe(sample.phyPayloadHex);
    expect(data.devAddr).toBe(expected.devAddr);
    const event = frameEvent(heard, data, opened.ok ? opened.value : expect.fail(opened.fault.detail), RECEIVED_MS);
    if (event.kind !== 'uplink') expect.fail(event.kind);
    const { observedAt = null } = expected;
    expect({ ...event, payload: payloadHex(event.payload) }).toMatchObject({
      format: 'lorawan',
      device: expected.devEui,
      session: expected.devAddr,
      frameCounter: expected.fCnt,
      port: expected.fPort,
      adr: expected.adr,
      confirmed: expected.confirmed,
      payload: expected.payloadHex,
      receptions: [{ gateway: wanted.gateway }],
    });
    expect(formatInstant(event.observedMs)).toBe(
      formatInstant(observedAt === null ? RECEIVED_MS : (parseInstant(observedAt) ?? Number.NaN)),
    );
    const values = EM300.read(event);
    if (!values.ok) expect.fail(values.fault.detail);
    expect(
      Object.fromEntries(
        values.value.readings.map(({ channel, value }) => [CHANNEL_NAMES[channel] ?? channel, formatDecimal(value)]),
      ),
    ).toEqual(Object.fromEntries((expected.values ?? []).map(({ quantity, value }) => [quantity, String(value)])));
  });

  it.each(['16', '17', '18', '20', '21'])('%s is acknowledged with its token and version', (number) => {
    const { reply, gateway } = datagramOf(number);
    const { wanted } = read(number);
    expect(payloadHex(reply ?? expect.fail('no reply'))).toBe(wanted.reply?.pushAckHex);
    if (wanted.gateway !== undefined) expect(gateway).toBe(wanted.gateway);
  });

  it('17 is the frame of 16, byte for byte', () => {
    expect(heardIn('17').phyPayload).toEqual(heardIn('16').phyPayload);
    expect(heardIn('22').phyPayload).toEqual(heardIn('16').phyPayload);
  });

  it('18 is a status, and a packet that is left out because its radio CRC failed', () => {
    const { frames, dropped, status } = datagramOf('18');
    const { expected, wanted } = read('18');
    expect([frames, dropped]).toEqual([[], ['radio-crc']]);
    expect(status).toMatchObject({ ...wanted.gatewayStatus, observedMs: parseInstant(expected.observedAt ?? '') });
  });

  const conversation = read('19');
  it.each(conversation.sample.datagrams ?? [])('19 answers $name as its protocol asks', ({ name, hex }) => {
    const wanted = conversation.wanted.results?.find((one) => one.name === name) ?? expect.fail(name);
    const datagram = readGwmp(hex);
    expect(datagram.ok).toBe(wanted.dropped !== true);
    if (!datagram.ok) return;
    const { reply, error, status, frames } = datagram.value;
    expect(reply === undefined ? null : payloadHex(reply)).toBe(wanted.replyHex);
    expect(error).toBe(wanted.error);
    expect(status !== undefined).toBe(wanted.kind === 'gateway-status');
    expect(frames).toEqual([]);
  });

  it('21 is refused: its MIC is wrong', () => {
    expect(openIn('21').opened).toMatchObject({ ok: false, fault: { code: 'bad-mic' } });
  });

  it('22 begins with the station asking where to go, and saying its version', () => {
    const { frames = [] } = read('22').sample;
    const [hello, version] = frames.map(({ json }) => encode(json));
    expect(readRouterHello(hello ?? expect.fail())).toEqual({ ok: true, value: '0016C001F153A14C' });
    expect(readStationMessage(version ?? expect.fail(), 'AA')).toEqual({ ok: true, value: { kind: 'version' } });
  });

  it('23 is the join request that it says', () => {
    const { sample, expected, wanted } = read('23');
    const heard = heardIn('23');
    expect(payloadHex(heard.phyPayload)).toBe(sample.phyPayloadHex);
    expect(readPhyPayload(heard.phyPayload)).toEqual({
      ok: true,
      value: {
        kind: 'join-request',
        devEui: expected.devEui,
        joinEui: wanted.joinEui,
        devNonce: wanted.devNonce,
      },
    });
    expect(heard.heard).toEqual({ ms: 1_784_009_999_100, source: 'gateway' });
  });
});
