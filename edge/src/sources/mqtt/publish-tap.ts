import { Duplex } from 'node:stream';
import mqttPacket, { type IPublishPacket, type Packet } from 'mqtt-packet';

/** Called once for each message; `answer(false)` ends the connection, so that the broker delivers again on the next. */
export type TakePublish = (packet: IPublishPacket, answer: (isTaken: boolean) => void) => void;

/** Messages of one connection that wait for their answer; beyond it nothing more is read. */
const WAITING_MAX = 1_000;
const MQTT_3_1_1 = { protocolVersion: 4 } as const;

interface Unanswered {
  readonly messageId: number;
  isTaken: boolean;
}

/**
 * Stands between a broker and the client library. Messages are taken out of the stream and acknowledged here, many at a
 * time and in the order of their arrival (MQTT 3.1.1, 4.6); the library, which would wait for each before it looks at the
 * next, sees all other packets.
 */
export function tapPublishes(socket: Duplex, take: TakePublish): Duplex {
  const unanswered: Unanswered[] = [];
  let waiting = 0;
  const parser = mqttPacket.parser(MQTT_3_1_1);
  const tap = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      socket.write(chunk, done);
    },
    final: (done) => {
      socket.end(done);
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });

  const acknowledge = () => {
    let count = 0;
    while (unanswered[count]?.isTaken === true) count += 1;
    if (count === 0 || socket.destroyed) return;
    const taken = unanswered.splice(0, count);
    const packets = taken.map(({ messageId }) => mqttPacket.generate({ cmd: 'puback', messageId }, MQTT_3_1_1));
    socket.write(Buffer.concat(packets));
  };

  const takeOne = (packet: IPublishPacket) => {
    const entry = { messageId: packet.messageId ?? 0, isTaken: false };
    if (packet.qos > 0) unanswered.push(entry);
    waiting += 1;
    if (waiting >= WAITING_MAX) socket.pause();
    take(packet, (isTaken) => {
      waiting -= 1;
      if (waiting < WAITING_MAX / 2 && socket.isPaused()) socket.resume();
      if (packet.qos === 0) return;
      if (!isTaken) {
        tap.destroy();
        return;
      }
      entry.isTaken = true;
      acknowledge();
    });
  };

  parser.on('packet', (packet: Packet) => {
    if (packet.cmd === 'publish') takeOne(packet);
    else tap.push(mqttPacket.generate(packet, MQTT_3_1_1));
  });
  parser.on('error', (error: Error) => tap.destroy(error));
  socket.on('data', (chunk: Buffer) => parser.parse(chunk));
  socket.on('end', () => tap.push(null));
  socket.on('error', (error) => tap.destroy(error));
  socket.on('close', () => tap.destroy());
  return tap;
}
