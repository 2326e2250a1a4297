import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { type GatewayIdentity, gatewayIdentitySchema, type PendingKey, pendingKeySchema } from './gateway-identity.ts';

/** The folder that `cloud.identityDir` names. Every write is durable and all or nothing; what holds a key is for its owner alone. */
export interface IdentityFiles {
  /** Undefined when this gateway has not enrolled. */
  identity(): Result<GatewayIdentity | undefined, Fault<'identity-unusable'>>;
  keepIdentity(identity: GatewayIdentity): void;
  pendingKey(): PendingKey | undefined;
  keepPendingKey(pending: PendingKey): void;
  forgetPendingKey(): void;
  /** The latest time that the cloud is known to have passed, epoch ms; 0 when nothing is known. */
  clockFloorMs(): number;
  /** Raises the floor; a lower time is ignored. */
  raiseClockFloor(ms: number): void;
}

const IDENTITY = 'identity.json';
const PENDING = 'pending-key.json';
const CLOCK_FLOOR = 'clock-floor.json';
const OTHERS = 0o077;
/** The floor rises in steps: flash memory is not written at every connection. */
const FLOOR_STEP_MS = 3_600_000;

const floorSchema = z.strictObject({ version: z.literal(1), ms: z.int().min(0) });

export function openIdentityFiles(folder: string): IdentityFiles {
  const path = (name: string) => join(folder, name);
  const keep = (name: string, value: object) => writeDurably(folder, name, `${JSON.stringify(value)}\n`);
  const clockFloorMs = () => floorSchema.safeParse(readJson(path(CLOCK_FLOOR))).data?.ms ?? 0;
  return {
    identity() {
      const file = path(IDENTITY);
      const value = readJson(file);
      if (value === undefined) return ok(undefined);
      if ((statSync(file).mode & OTHERS) !== 0) {
        return fail('identity-unusable', `${file}: others can read this private key: chmod 600 it`);
      }
      const parsed = gatewayIdentitySchema.safeParse(value);
      return parsed.success
        ? ok(parsed.data)
        : fail('identity-unusable', `${file} is damaged: enrol this gateway anew`);
    },
    keepIdentity: (identity) => keep(IDENTITY, identity),
    pendingKey: () => pendingKeySchema.safeParse(readJson(path(PENDING))).data,
    keepPendingKey: (pending) => keep(PENDING, pending),
    forgetPendingKey: () => rmSync(path(PENDING), { force: true }),
    clockFloorMs,
    raiseClockFloor(ms) {
      if (ms < clockFloorMs() + FLOOR_STEP_MS) return;
      keep(CLOCK_FLOOR, { version: 1, ms });
    },
  };
}

/** Undefined when there is no such file; null when it is no JSON. */
function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function writeDurably(folder: string, name: string, text: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${name}.${randomBytes(4).toString('hex')}`);
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, join(folder, name));
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
