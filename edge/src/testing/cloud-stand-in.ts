import { createServer } from 'node:net';
import {
  type Acknowledgement,
  type Batch,
  batchSchema,
  type Hello,
  helloSchema,
  linkTopic,
  parseLinkTopic,
  type Welcome,
} from '@meetbrug/protocols/delivery';
import { Aedes } from 'aedes';
import { decodeBody, encodeBody } from '../link/body.ts';
import { listen } from '../listen.ts';

/** The cloud's end of the link for tests: a real broker that checks every body against the contract. */
export interface CloudStandIn {
  readonly url: string;
  readonly hellos: readonly Hello[];
  readonly batches: readonly Batch[];
  readonly users: readonly string[];
  send(kind: 'acknowledgement', body: Acknowledgement): void;
  stop(): Promise<void>;
}

export interface CloudBehaviour {
  readonly secret: string;
  readonly welcome: (hello: Hello) => Welcome;
  /** Undefined: no answer. */
  readonly acknowledge: (batch: Batch) => Acknowledgement | undefined;
}

export async function startCloudStandIn(edge: string, behaviour: CloudBehaviour): Promise<CloudStandIn> {
  const hellos: Hello[] = [];
  const batches: Batch[] = [];
  const users: string[] = [];
  const broker = await Aedes.createBroker();
  const send = (kind: 'welcome' | 'acknowledgement', body: unknown) =>
    broker.publish(
      { cmd: 'publish', topic: linkTopic(edge, kind), payload: encodeBody(body), qos: 1, retain: false, dup: false },
      () => undefined,
    );
  broker.authenticate = (_client, username, password, done) => {
    users.push(username ?? '');
    done(null, password?.toString() === behaviour.secret);
  };
  broker.on('publish', (packet, client) => {
    if (client === null) return;
    const kind = parseLinkTopic(packet.topic)?.kind;
    if (kind === 'hello') {
      const hello = decodeBody<Hello>(packet.payload as Buffer, helloSchema);
      if (!hello.ok) throw new Error(hello.fault.detail);
      hellos.push(hello.value);
      send('welcome', behaviour.welcome(hello.value));
    } else if (kind === 'batch') {
      const batch = decodeBody<Batch>(packet.payload as Buffer, batchSchema);
      if (!batch.ok) throw new Error(batch.fault.detail);
      batches.push(batch.value);
      const answer = behaviour.acknowledge(batch.value);
      if (answer !== undefined) send('acknowledgement', answer);
    }
  });
  const server = createServer((socket) => {
    broker.handle(socket);
  });
  const port = await listen(server, 'test', { host: '127.0.0.1', port: 0 });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    hellos,
    batches,
    users,
    send,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}

export function acknowledgeAll({ epoch, run, uplinks }: Batch): Acknowledgement {
  return {
    version: 1,
    epoch,
    run,
    acknowledged: uplinks.map(([sequence]): [number, number] => [sequence, sequence]),
    describe: [],
    refused: [],
  };
}
