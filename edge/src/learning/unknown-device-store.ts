import type { EpochMs } from '@meetbrug/protocols/observation';
import type { DeviceId, WireFormat } from '@meetbrug/protocols/uplinks';
import type Database from 'better-sqlite3';

/** One uplink of a device that is not configured, as far as it may be kept. */
export interface UnknownUplink {
  readonly device: DeviceId;
  readonly format: WireFormat;
  readonly receivedMs: EpochMs;
  readonly port: number | undefined;
  /** Empty where the uplink carried an object: nothing is known of what stands in it. */
  readonly payload: Uint8Array;
  readonly payloadExpiresMs: EpochMs;
}

/** What is remembered of a device that sends and is not configured. */
export interface UnknownDevice {
  readonly device: DeviceId;
  /** Of its last uplink. */
  readonly format: WireFormat;
  readonly uplinkCount: number;
  readonly firstMs: EpochMs;
  readonly lastMs: EpochMs;
  readonly port: number | undefined;
  /** Of its last uplink; empty when its time is over, or when there were none. */
  readonly payload: Uint8Array;
}

interface Row {
  readonly device: DeviceId;
  readonly format: WireFormat;
  readonly uplinks: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly port: number | null;
  readonly payload: Buffer;
}

const LAST_SEEN = 'SELECT * FROM unknown_devices ORDER BY last_ms DESC, device LIMIT ?';

/** Devices that send and are not configured. Beyond the bound the one that was not seen for longest is forgotten. */
export class UnknownDeviceStore {
  readonly #devicesMax: number;
  readonly #note: Database.Statement<[string, string, number, number, number | null, Uint8Array, number]>;
  readonly #forgetOldest: Database.Statement<[number]>;
  readonly #expire: Database.Statement<[number]>;
  readonly #lastSeen: Database.Statement<[number], Row>;
  readonly #delete: Database.Statement<[string]>;
  readonly #count: Database.Statement<[], number>;
  #erasedCount = 0;

  constructor(connection: Database.Database, devicesMax: number) {
    this.#devicesMax = devicesMax;
    this.#note = connection.prepare(
      `INSERT INTO unknown_devices VALUES (?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (device) DO UPDATE SET
         format = excluded.format, uplinks = uplinks + 1, last_ms = max(last_ms, excluded.last_ms),
         port = excluded.port, payload = excluded.payload, payload_expires_ms = excluded.payload_expires_ms`,
    );
    this.#forgetOldest = connection.prepare(
      `DELETE FROM unknown_devices WHERE device IN
         (SELECT device FROM unknown_devices ORDER BY last_ms, device LIMIT ?)`,
    );
    this.#expire = connection.prepare(
      "UPDATE unknown_devices SET payload = x'' WHERE payload_expires_ms <= ? AND length(payload) > 0",
    );
    this.#lastSeen = connection.prepare(LAST_SEEN);
    this.#delete = connection.prepare('DELETE FROM unknown_devices WHERE device = ?');
    this.#count = connection.prepare<[], number>('SELECT count(*) FROM unknown_devices').pluck();
  }

  get count(): number {
    return this.#count.get() ?? 0;
  }

  /** Payloads that were deleted since the program started. */
  get erasedCount(): number {
    return this.#erasedCount;
  }

  /** Part of the caller's transaction. */
  note({ device, format, receivedMs, port, payload, payloadExpiresMs }: UnknownUplink): void {
    if (this.#devicesMax === 0) return;
    this.#note.run(device, format, receivedMs, receivedMs, port ?? null, payload, payloadExpiresMs);
    this.#makeRoom();
  }

  /** Empties the payloads whose time has come. Part of the caller's transaction. Returns how many. */
  expirePayloads(nowMs: EpochMs): number {
    const { changes } = this.#expire.run(nowMs);
    this.#erasedCount += changes;
    return changes;
  }

  lastSeen(devicesMax: number): UnknownDevice[] {
    return this.#lastSeen.all(devicesMax).map(toDevice);
  }

  /** Forgets devices that are known now, and what is above the bound. Part of the caller's transaction. */
  forget(isKnown: (device: DeviceId) => boolean): void {
    for (const { device } of this.lastSeen(-1)) {
      if (isKnown(device)) this.#erasedCount += this.#delete.run(device).changes;
    }
    this.#makeRoom();
  }

  #makeRoom(): void {
    const excess = this.count - this.#devicesMax;
    if (excess > 0) this.#erasedCount += this.#forgetOldest.run(excess).changes;
  }
}

/** As {@link UnknownDeviceStore.lastSeen}, for a connection that only reads. */
export function readUnknownDevices(connection: Database.Database, devicesMax: number): UnknownDevice[] {
  return connection.prepare<[number], Row>(LAST_SEEN).all(devicesMax).map(toDevice);
}

function toDevice({ device, format, uplinks, first_ms, last_ms, port, payload }: Row): UnknownDevice {
  return {
    device,
    format,
    uplinkCount: uplinks,
    firstMs: first_ms,
    lastMs: last_ms,
    port: port ?? undefined,
    payload,
  };
}
