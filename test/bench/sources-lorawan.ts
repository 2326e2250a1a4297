import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { freePorts } from '../harness/free-port.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import {
  frameOf,
  GATEWAYS,
  pushData,
  SENSOR,
  SENSOR_DEVICE,
  stationMessage,
  temperaturePayload,
} from '../lorawan/heat-sensor.ts';
import { UdpForwarder } from '../lorawan/udp-forwarder.ts';
import { edgeMetric } from '../sources/installed-values.ts';
import type { Bench, BenchRow } from './bench-row.ts';

const GATEWAY = GATEWAYS[0];
const COMMITTED = 'meetbrug_edge_uplinks_committed_total';
/** Frames under way to the edge: fewer than a socket's buffer drops. */
const WINDOW = 64;
const WAIT_MS = 60_000;

type SendFrames = (frames: readonly Buffer[]) => Promise<void>;

/** One PUSH_DATA a frame; the next goes when it is acknowledged. */
const byForwarder =
  (port: number): SendFrames =>
  async (frames) => {
    const forwarder = new UdpForwarder(port);
    for (const frame of frames) await forwarder.ask(pushData(GATEWAY, frame));
    forwarder.close();
  };

/** All frames at once: TCP holds back what the edge cannot take. */
const byStation =
  (port: number): SendFrames =>
  async (frames) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/gateway/${GATEWAY}`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    for (let at = 0; at < frames.length; at += WINDOW) {
      for (const frame of frames.slice(at, at + WINDOW)) socket.send(JSON.stringify(stationMessage(frame)));
      await new Promise((resolve) => socket.once('pong', resolve).ping());
    }
    socket.close();
  };

async function startEdge(folder: string): Promise<{ installation: Installation; udpPort: number; wsPort: number }> {
  const [udpPort = 0, wsPort = 0] = await freePorts(2);
  const sessionsFile = join(folder, 'sessions.json');
  writeFileSync(sessionsFile, JSON.stringify([SENSOR]));
  const sources = [
    { kind: 'packet-forwarder', name: 'forwarders', port: udpPort, gateways: [GATEWAY] },
    { kind: 'basics-station', name: 'stations', port: wsPort, gateways: [GATEWAY] },
  ];
  const installation = await createInstallation({
    devices: [SENSOR_DEVICE],
    edgeSettings: () => ({ lorawan: { sessionsFile }, sources }),
  });
  await installation.edge.start();
  return { installation, udpPort, wsPort };
}

async function uplinksPerSecond(installation: Installation, send: SendFrames, frames: readonly Buffer[]) {
  const wanted = (await edgeMetric(installation, COMMITTED)) + frames.length;
  const startMs = performance.now();
  await send(frames);
  while ((await edgeMetric(installation, COMMITTED)) < wanted) {
    if (performance.now() - startMs > WAIT_MS) throw new Error(`not all of ${frames.length} frames were committed`);
  }
  return (frames.length * 1_000) / (performance.now() - startMs);
}

async function measure(framesEach: number): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-bench-'));
  const { installation, udpPort, wsPort } = await startEdge(folder);
  try {
    const frames = Array.from({ length: 2 * framesEach }, (_, index) =>
      frameOf(index + 1, temperaturePayload(200 + (index % 100))),
    );
    const row = async (what: string, send: SendFrames, from: number): Promise<BenchRow> => ({
      what: `${what}: encrypted frames to committed outbox`,
      unit: 'uplinks/s',
      ours: await uplinksPerSecond(installation, send, frames.slice(from, from + framesEach)),
      budget: {},
    });
    return [
      await row('GWMP, one frame at a time', byForwarder(udpPort), 0),
      await row('Basics Station', byStation(wsPort), framesEach),
    ];
  } finally {
    await installation.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const sourcesLorawan: Bench = {
  name: 'sources-lorawan',
  about: 'frames of gateways through MIC check, decryption and commit',
  run: ({ full }) => measure(full ? 15_000 : 3_000),
};
