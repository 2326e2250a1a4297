import { Duplex } from 'node:stream';
import mqttPacket, { type IPublishPacket, type Packet } from 'mqtt-packet';
import { describe, expect, it, vi } from 'vitest';
import { tapPublishes } from './publish-tap.ts';

/** A socket of which the test is the other end. */
function createSocket() {
  const written: Packet[] = [];
  const parser = mqttPacket.parser();
  parser.on('packet', (packet) => written.push(packet));
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      parser.parse(chunk);
      done();
    },
  });
  return { socket, written };
}

const publish = (messageId: number, qos: 0 | 1 = 1) =>
  mqttPacket.generate({
    cmd: 'publish',
    topic: 't',
    payload: `${messageId}`,
    qos,
    messageId,
    dup: false,
    retain: false,
  });

function create() {
  const { socket, written } = createSocket();
  const taken: { packet: IPublishPacket; answer: (isTaken: boolean) => void }[] = [];
  const tap = tapPublishes(socket, (packet, answer) => taken.push({ packet, answer }));
  const passed: Buffer[] = [];
  tap.on('data', (chunk: Buffer) => passed.push(chunk));
  const acknowledged = () => written.map((packet) => (packet.cmd === 'puback' ? packet.messageId : packet.cmd));
  return { socket, tap, taken, passed, acknowledged };
}

describe('tapPublishes', () => {
  it('hands over all messages at once and acknowledges in the order of their arrival', async () => {
    const { socket, taken, acknowledged } = create();
    socket.push(Buffer.concat([publish(1), publish(2), publish(3)]));
    await vi.waitFor(() => expect(taken).toHaveLength(3));
    taken[1]?.answer(true);
    taken[2]?.answer(true);
    expect(acknowledged()).toEqual([]);
    taken[0]?.answer(true);
    expect(acknowledged()).toEqual([1, 2, 3]);
  });

  it('shows the library everything else, in both directions', async () => {
    const { socket, tap, passed, acknowledged } = create();
    socket.push(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: true }));
    socket.push(publish(1));
    socket.push(mqttPacket.generate({ cmd: 'pingresp' }));
    await vi.waitFor(() => expect(passed.map((chunk) => chunk[0])).toEqual([0x20, 0xd0]));
    tap.write(mqttPacket.generate({ cmd: 'pingreq' }));
    expect(acknowledged()).toEqual(['pingreq']);
  });

  it('ends the connection, and acknowledges nothing more, when a message is not taken', async () => {
    const { socket, taken, acknowledged } = create();
    socket.push(Buffer.concat([publish(1), publish(2)]));
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    taken[0]?.answer(false);
    taken[1]?.answer(true);
    expect(acknowledged()).toEqual([]);
    expect(socket.destroyed).toBe(true);
  });

  it('never acknowledges a message at QoS 0, and goes on when it is not taken', async () => {
    const { socket, taken, acknowledged } = create();
    socket.push(publish(1, 0));
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    taken[0]?.answer(false);
    expect(acknowledged()).toEqual([]);
    expect(socket.destroyed).toBe(false);
  });

  it('reads no further while a thousand messages wait', async () => {
    const { socket, taken } = create();
    for (let messageId = 1; messageId <= 1_500; messageId += 1) socket.push(publish(messageId));
    await vi.waitFor(() => expect(taken).toHaveLength(1_000));
    expect(socket.isPaused()).toBe(true);
    for (const { answer } of taken.slice(0, 600)) answer(true);
    await vi.waitFor(() => expect(taken.length).toBeGreaterThan(1_000));
  });

  it('ends on bytes that are no MQTT', async () => {
    const { socket, tap } = create();
    const failed = vi.fn();
    tap.on('error', failed);
    socket.push(Buffer.from([0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff]));
    await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
    expect(socket.destroyed).toBe(true);
  });
});
