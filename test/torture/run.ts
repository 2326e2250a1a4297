import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { torture } from './torture.ts';
import { canTorture } from './torture-stand.ts';

const LEDGER = fileURLToPath(new URL('./LEDGER.md', import.meta.url));
const USAGE = `npm run torture [-- OPTIONS]

  --kills N        rounds with a SIGKILL (1000)
  --power-cuts N   rounds with a power cut (200)
  --others N       how often each other fault (3)
  --schedules N    simulated schedules (2000)
  --seed S         of the first round (from the clock)
  --only FAULT     only faults whose name begins so; no schedules, no planted faults, no ledger
  --lanes N        installations at one time (3)
  --no-planted     without the planted faults
  --no-ledger      without writing test/torture/LEDGER.md

An interrupt or SIGTERM ends it early; the ledger then holds what was done.
`;

const count = z.coerce.number().int().min(0).max(1_000_000);
const optionsSchema = z.strictObject({
  kills: count.default(1_000),
  'power-cuts': count.default(200),
  others: count.default(3),
  schedules: count.default(2_000),
  seed: count.optional(),
  only: z.string().min(1).max(60).optional(),
  lanes: z.coerce.number().int().min(1).max(16).default(3),
  planted: z.boolean().default(true),
  ledger: z.boolean().default(true),
  help: z.boolean().default(false),
});
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const INTERRUPTED_EXIT_CODE = 130;

const options = optionsSchema.parse(
  parseArgs({
    allowNegative: true,
    options: {
      ...{ kills: text, 'power-cuts': text, others: text, schedules: text, seed: text, only: text, lanes: text },
      ...{ planted: flag, ledger: flag, help: flag },
    },
  }).values,
);
const say = (line: string) => process.stdout.write(`${line}\n`);
if (options.help) process.stdout.write(USAGE);
else if (canTorture()) process.exitCode = await run();
else {
  say('this machine cannot simulate a disk: it needs Linux and gcc');
  process.exitCode = 1;
}

/** The exit code: 0 when every promise was kept and every planted fault was found. */
async function run(): Promise<number> {
  const { only } = options;
  const writesLedger = options.ledger && only === undefined;
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interruption.abort(new Error(`ended early by ${signal}`)));
  }
  const startedMs = Date.now();
  const verdict = await torture({
    ...options,
    powerCuts: options['power-cuts'],
    schedules: only === undefined ? options.schedules : 0,
    planted: options.planted && only === undefined,
    seed: options.seed ?? Math.floor(startedMs / 1_000) % 1_000_000,
    only,
    startedMs,
    signal: interruption.signal,
    say,
    saveLedger: (ledger) => writesLedger && writeFileSync(LEDGER, ledger),
  });
  if (interruption.signal.aborted) {
    say((interruption.signal.reason as Error).message);
    // A fault that was given up may start a program again: programs end with this process.
    process.exit(INTERRUPTED_EXIT_CODE);
  }
  return verdict === 'kept' ? 0 : 1;
}
