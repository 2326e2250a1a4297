import type { PlantedFault } from '../plant/plant-arguments.ts';

/** A fault that the schedules must find, and how soon. */
export interface FindableFault {
  readonly name: string;
  readonly plant: PlantedFault;
  /** What the judge says when it has found it. */
  readonly saying: RegExp;
  /** Found within so many schedules, counted from the first. */
  readonly schedulesMax: number;
  /** A power cut is what shows it. */
  readonly needsPowerCuts?: true;
}

const source = (path: string) => new URL(`../../${path}`, import.meta.url);

/** Each is quoted from the source as it stands: a plant that no longer fits is refused. */
export const FINDABLE_FAULTS: readonly FindableFault[] = [
  {
    name: 'the outbox does not wait for the disk (synchronous=OFF)',
    plant: {
      source: source('edge/src/outbox/open-connection.ts'),
      find: 'connection.pragma(`cache_size',
      replace: "connection.pragma('synchronous = OFF'); connection.pragma(`cache_size",
    },
    saying: /damaged|is lost|twice/,
    schedulesMax: 40,
    needsPowerCuts: true,
  },
  {
    name: "the cloud's log does not wait for the disk (synchronous=OFF)",
    plant: {
      source: source('cloud/src/log/open-store.ts'),
      find: 'store.pragma(`wal_autocheckpoint',
      replace: "store.pragma('synchronous = OFF'); store.pragma(`wal_autocheckpoint",
    },
    saying: /changed or is gone|malformed/,
    schedulesMax: 40,
    needsPowerCuts: true,
  },
  {
    name: 'the edge acknowledges a second before it commits',
    plant: {
      source: source('edge/src/intake/intake.ts'),
      find: 'this.#waiting.push({ message, done });\n    this.#schedule();',
      replace: `this.#scheduler.immediate(() => done(ok(undefined)));
    this.#scheduler.after(1_000, () => { this.#waiting.push({ message, done: () => undefined }); this.#schedule(); });`,
    },
    saying: /was acknowledged and is in no outbox/,
    schedulesMax: 30,
  },
  {
    name: 'the cloud acknowledges a group and commits it with the next one',
    plant: {
      source: source('cloud/src/log/commit-group.ts'),
      find: `    store.exec('BEGIN IMMEDIATE');
    const value = work();
    store.exec('COMMIT');`,
      replace: `    if (store.inTransaction) store.exec('COMMIT');
    store.exec('BEGIN IMMEDIATE');
    const value = work();`,
    },
    saying: /changed or is gone/,
    schedulesMax: 30,
  },
  {
    name: 'the edge recognises no uplink that it has had before',
    plant: {
      source: source('edge/src/intake/plan-message.ts'),
      find: "if (isSeen(fingerprint)) return { kind: 'duplicate' };",
      replace: '',
    },
    saying: /took uplink .* twice/,
    schedulesMax: 5,
  },
  {
    name: 'what the edge has seen does not survive a restart',
    plant: {
      source: source('edge/src/outbox/window-store.ts'),
      find: 'this.#appendTail.run(bytes);',
      replace: '',
    },
    saying: /took uplink .* twice/,
    schedulesMax: 30,
  },
  {
    name: 'the cloud publishes a value that it has published already',
    plant: {
      source: source('cloud/src/ingest/plan-version.ts'),
      find: 'if (equalObservedValues(current.value, value) && current.endMs === endMs)',
      replace: 'if (revision === current.revision && equalObservedValues(current.value, value))',
    },
    saying: /say the same|refused/,
    schedulesMax: 60,
  },
  {
    name: 'an acknowledged range reaches one too far',
    plant: {
      source: source('protocols/src/delivery/sequence-ranges.ts'),
      find: 'else ranges.push([sequence, sequence]);',
      replace: 'else ranges.push([sequence, sequence + 1]);',
    },
    saying: /is lost|are counted/,
    schedulesMax: 30,
  },
  {
    name: 'an old revision wins over the one that corrected it',
    plant: {
      source: source('cloud/src/ingest/plan-version.ts'),
      find: "revision > current.confirmedRevision ? 'correction' : 'superseded'",
      replace: "'correction'",
    },
    saying: /published after/,
    schedulesMax: 60,
  },
  {
    name: 'an edge that was put back goes on under the numbers that the cloud knows',
    plant: {
      source: source('edge/src/link/cloud-link.ts'),
      find: 'if (numberAbove !== undefined) {',
      replace: 'if (numberAbove === -1) {',
    },
    saying: /refused|ends as|is lost/,
    schedulesMax: 150,
  },
];
