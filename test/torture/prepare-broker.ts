import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMosquitto, type Mosquitto } from '../broker-between/mosquitto.ts';
import { freePorts } from '../harness/free-port.ts';
import type { Installation } from '../harness/installation.ts';

const CLOUD_USER = 'demo-cloud';

/** A plain broker to be: its port and the cloud's settings are known before there is an installation to join. */
export interface PreparedBroker {
  readonly port: number;
  /** `mqtt.broker` of cloud.yaml. */
  readonly cloudSettings: object;
  /** With the password of the installation's edge. Starts nothing. */
  create(installation: Installation): Mosquitto;
  remove(): void;
}

export async function prepareBroker(): Promise<PreparedBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'torture-broker-'));
  const [port = 0] = await freePorts(1);
  const cloudPassword = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'cloud-password');
  writeFileSync(passwordFile, `${cloudPassword}\n`, { mode: 0o600 });
  return {
    port,
    cloudSettings: { url: `mqtt://127.0.0.1:${port}`, username: CLOUD_USER, passwordFile },
    create({ link }) {
      const edgeSecret = readFileSync(link.secretFile, 'utf8').trim();
      const passwords = { [link.edge]: edgeSecret, [CLOUD_USER]: cloudPassword };
      return createMosquitto({ folder, port, passwords, cloudUser: CLOUD_USER });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
