#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createFleet } from './create-fleet.ts';
import { fleetSettingsSchema } from './fleet-settings.ts';
import { publishFleet } from './publish-fleet.ts';

const HELP = `Usage: node test/fleet/main.ts [options]

Simulated LoRaWAN sensors that speak as ChirpStack v4 does, live, until stopped.

  --url URL            broker of the edge            (mqtt://127.0.0.1:1883)
  --rate N             fresh uplinks a second        (10)
  --devices N          sensors, over five models     (10)
  --seed N             same seed, same measurements  (1)
  --duplicates N       percent delivered twice       (2)
  --late N             percent held back             (2)
  --rubbish N          percent of worthless messages (1)
  --interval SECONDS   interval of the people counters, as in edge.yaml
  --qos 0|1            (1)
  --help

Example: node test/fleet/main.ts --rate 10 --devices 10 --seed 7`;

const argumentsSchema = z.object({
  url: z.url({ protocol: /^mqtts?$/ }).default('mqtt://127.0.0.1:1883'),
  fleet: fleetSettingsSchema,
});

const WINDOW_MAX = 1_000;
const DRAIN_TIMEOUT_MS = 1_000;

await main();

async function main(): Promise<void> {
  const parsed = readArguments();
  if (parsed === undefined) return;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(signal, () => stop.abort());
  const report = await publishFleet({
    url: parsed.url,
    clientId: `fleet-${parsed.fleet.seed}`,
    messages: createFleet(parsed.fleet).messages(Date.now()),
    pace: 'as-timed',
    windowMax: WINDOW_MAX,
    onConnected: () => console.log(`fleet: connected to ${parsed.url}`),
    signal: stop.signal,
    drainTimeoutMs: DRAIN_TIMEOUT_MS,
  });
  console.log(`fleet: ${report.sent} sent, ${report.acknowledged} acknowledged`);
  if (process.connected) process.disconnect();
}

/** The settings, or undefined when there is nothing to run; says why on the console. */
function readArguments(): z.infer<typeof argumentsSchema> | undefined {
  const text = { type: 'string' } as const;
  const options = { url: text, rate: text, devices: text, seed: text, duplicates: text, late: text, rubbish: text };
  try {
    const { values } = parseArgs({
      options: { ...options, interval: text, qos: text, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log(HELP);
      return undefined;
    }
    return argumentsSchema.parse({
      url: values.url,
      fleet: {
        uplinksPerSecond: numberOf(values.rate),
        devices: numberOf(values.devices),
        seed: numberOf(values.seed),
        duplicatesPercent: numberOf(values.duplicates),
        latePercent: numberOf(values.late),
        rubbishPercent: numberOf(values.rubbish),
        countIntervalSeconds: numberOf(values.interval),
        qos: numberOf(values.qos),
      },
    });
  } catch (error) {
    console.error(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    process.exitCode = 1;
    return undefined;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
