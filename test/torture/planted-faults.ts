import type { PlantedFault } from '../plant/plant-arguments.ts';
import type { CampaignPlan } from './campaign.ts';
import type { Fault } from './fault.ts';
import { POWER_CUT_OF_AN_EDGE_ALONE, powerCutOf } from './faults/cut-power-of.ts';
import { disturbedLink } from './faults/disturb-link.ts';
import { killOf } from './faults/kill-programs.ts';
import { olderOutboxRestored } from './faults/restore-older.ts';
import type { ProgramName } from './torture-stand.ts';

/** A fault in the source, and the rounds that find it. */
export interface PlantedCampaign {
  readonly name: string;
  readonly program: ProgramName;
  readonly plant: PlantedFault;
  readonly seed: number;
  readonly rounds: readonly (readonly Fault[])[];
  readonly stand?: CampaignPlan['stand'];
  /** What the verdict says of it. */
  readonly finding: RegExp;
}

const source = (path: string) => new URL(`../../${path}`, import.meta.url);
const repeated = (fault: Fault, count: number) => Array.from({ length: count }, () => [fault]);
const LOST = /^lost without a report/;

export const PLANTED_CAMPAIGNS: readonly PlantedCampaign[] = [
  {
    name: 'synchronous=OFF on the edge',
    program: 'edge',
    plant: {
      source: source('edge/src/outbox/open-connection.ts'),
      find: 'connection.pragma(`cache_size',
      replace: "connection.pragma('synchronous = OFF'); connection.pragma(`cache_size",
    },
    seed: 9_001,
    rounds: repeated(POWER_CUT_OF_AN_EDGE_ALONE, 3),
    finding: LOST,
  },
  {
    name: 'synchronous=OFF on the cloud',
    program: 'cloud',
    plant: {
      source: source('cloud/src/log/open-store.ts'),
      find: 'rewriteLog(store, file);\n  return store;',
      replace: "rewriteLog(store, file);\n  store.pragma('synchronous = OFF');\n  return store;",
    },
    seed: 9_011,
    rounds: repeated(powerCutOf('cloud'), 3),
    finding: LOST,
  },
  {
    // The source is answered at once and the commit follows 100 ms later: as long as a few messages take to arrive.
    name: 'the edge acknowledges before it commits',
    program: 'edge',
    plant: {
      source: source('edge/src/intake/intake.ts'),
      find: 'this.#waiting.push({ message, done });\n    this.#schedule();',
      replace: `setImmediate(done, ok(undefined));
        setTimeout(() => { this.#waiting.push({ message, done: () => undefined }); this.#schedule(); }, 100);`,
    },
    seed: 9_021,
    rounds: repeated(killOf(['edge']), 3),
    finding: LOST,
  },
  {
    name: 'the cloud acknowledges before it commits',
    program: 'cloud',
    plant: {
      source: source('cloud/src/ingest/link-broker.ts'),
      find: 'const outcome = await handlers.onBatch(edge, body);',
      replace: `const { decodeBody } = await import('./link-body.ts');
        const { epoch, run, uplinks } = decodeBody(body).value;
        const acknowledged = uplinks.map(([sequence]) => [sequence, sequence]);
        send(edge, 'acknowledgement', { version: 1, epoch, run, acknowledged, describe: [], refused: [] });
        await new Promise((resolve) => setTimeout(resolve, 100));
        const outcome = await handlers.onBatch(edge, body);`,
    },
    seed: 9_031,
    rounds: repeated(killOf(['cloud']), 3),
    finding: LOST,
  },
  {
    name: 'deduplication off',
    program: 'cloud',
    plant: {
      source: source('cloud/src/ingest/plan-version.ts'),
      find: 'if (equalObservedValues(current.value, value) && current.endMs === endMs)',
      replace: 'if (false)',
    },
    seed: 9_041,
    rounds: repeated(olderOutboxRestored('kill'), 1),
    finding: /feed: repeated/,
  },
  {
    name: 'range acknowledgement off by one',
    program: 'cloud',
    plant: {
      source: source('cloud/src/log/append-batch.ts'),
      find: 'acknowledged: rangesOf(sequences).map(([from, to]) => [from, to]),',
      replace: 'acknowledged: rangesOf(sequences).map(([from, to]) => [from, to + 1]),',
    },
    seed: 9_051,
    rounds: repeated(disturbedLink({ kind: 're-ordering' }), 2),
    finding: /^lost without a report|^not delivered/,
  },
  {
    name: 'page closed one member early',
    program: 'cloud',
    plant: {
      source: source('protocols/src/ldes/tree.ts'),
      find: 'immutable: full && level <= 1,',
      replace: 'immutable: firstMember + span <= memberCount + 1 && level <= 1,',
    },
    seed: 9_061,
    rounds: repeated(disturbedLink({ kind: 'cut' }), 5),
    // So slow that each member is seen to come: a page lacks its last one for a moment only.
    stand: { pageSize: 5, uplinksPerSecond: 40 },
    finding: /was closed with \d+ members|has changed since it was closed/,
  },
];
