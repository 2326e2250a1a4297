import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, type FleetMessage, firstMessages } from '../fleet/create-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';

const STRANGERS = 20;
const PIECE = Buffer.alloc(1_000_000);
/** A server that gathers what it is sent would grow by four times the bound. */
const PIECES_EACH = 10;
const GROWTH_BYTES_MAX = 50_000_000;
/** A CONNECT with a remaining length of 200,000,000 (MQTT 3.1.1 section 2.2.3). */
const CONNECT_OF_200_MB = Buffer.from([0x10, 0x80, 0x84, 0xaf, 0x5f]);
const MESSAGES_A_TURN = 500;
const TIMEOUT_MS = 60_000;

const fleet = createFleet({ duplicatesPercent: 0, latePercent: 0, rubbishPercent: 0, uplinksPerSecond: 100 });
/** One turn before each measurement, so that growth is not that of a program which has yet to do anything. */
const messages = firstMessages(fleet, Date.now(), 4 * MESSAGES_A_TURN);

let installation: Installation;
let publisher: MqttClient;
let publishedCount = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  const writesItsPid = (dataDir: string) => ({ nodeArguments: ['--import', writePid(pidFile(dataDir))] });
  installation = await createInstallation({ fleet, edge: writesItsPid, cloud: writesItsPid });
  await installation.cloud.start();
  await installation.edge.start();
  publisher = await mqtt.connectAsync(installation.edgeMqttUrl, { reconnectPeriod: 0 });
}, TIMEOUT_MS);

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await publisher?.endAsync(true);
  await installation?.remove();
}, TIMEOUT_MS);

function pidFile(dataDir: string): string {
  return `${dataDir}.pid`;
}

/** A module, as a URL, that leaves the process id in a file. */
function writePid(file: string): string {
  const source = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, String(process.pid));`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function residentBytes(dataDir: string): number {
  const pid = readFileSync(pidFile(dataDir), 'utf8');
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', pid], { encoding: 'utf8' })) * 1_024;
}

/** Announces 200 MB and sends what it can; resolves with whether the other side had closed by then. */
function announceTooMuch(url: URL): Promise<boolean> {
  const socket = connectTcp(Number(url.port), url.hostname);
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.write(CONNECT_OF_200_MB);
  return new Promise((resolve) => {
    socket.once('close', () => resolve(true));
    for (let sent = 1; sent <= PIECES_EACH; sent += 1) {
      socket.write(PIECE, (error) => {
        if (!error && sent === PIECES_EACH) resolve(false);
      });
    }
  });
}

/** Publishes the next turn to the edge and waits until the cloud has acknowledged it. */
async function publishTurn(): Promise<void> {
  const turn = messages.slice(publishedCount, publishedCount + MESSAGES_A_TURN);
  publishedCount += turn.length;
  const publish = ({ topic, body, qos }: FleetMessage) => publisher.publishAsync(topic, body, { qos });
  await Promise.all(turn.map(publish));
  await waitFor(
    async () => ((await metric('uplinks_acknowledged_total')) === publishedCount ? true : undefined),
    TIMEOUT_MS,
    () => `the cloud has not acknowledged ${publishedCount} uplinks:\n${installation.edge.output()}`,
  );
}

async function metric(name: string): Promise<number | undefined> {
  const text = await (await fetch(`${installation.edgeHttpUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`meetbrug_edge_${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}

/** Sends the strangers while the fleet publishes; the most that the program in `dataDir` grew meanwhile. */
async function growthUnderStrangers(url: string, dataDir: string): Promise<{ growthBytes: number; closed: boolean[] }> {
  await publishTurn();
  const beforeBytes = residentBytes(dataDir);
  const strangers = Array.from({ length: STRANGERS }, () => announceTooMuch(new URL(url)));
  const meanwhile = publishTurn();
  const closed = await Promise.all(strangers);
  const onceSentBytes = residentBytes(dataDir);
  await meanwhile;
  return { growthBytes: Math.max(onceSentBytes, residentBytes(dataDir)) - beforeBytes, closed };
}

describe('twenty strangers with an unfinished CONNECT', () => {
  const allClosed = Array.from({ length: STRANGERS }, () => true);

  it(
    'are closed by the edge and counted, cost it little memory and hold up nobody',
    async () => {
      const { growthBytes, closed } = await growthUnderStrangers(installation.edgeMqttUrl, installation.edgeDataDir);
      expect(growthBytes).toBeLessThan(GROWTH_BYTES_MAX);
      expect(closed).toEqual(allClosed);
      expect(await metric('refused_connections_total{reason="connect-too-large"}')).toBe(STRANGERS);
    },
    TIMEOUT_MS,
  );

  it(
    'are closed by the cloud, cost it little memory and hold up nobody',
    async () => {
      const { growthBytes, closed } = await growthUnderStrangers(installation.link.url, installation.cloudDataDir);
      expect(growthBytes).toBeLessThan(GROWTH_BYTES_MAX);
      expect(closed).toEqual(allClosed);
    },
    TIMEOUT_MS,
  );
});
