#!/usr/bin/env node
import { Command } from 'commander';
import { pino } from 'pino';
import { loadConfig } from './config/load-config.ts';
import { startCloud } from './main.ts';

/** How long a clean stop may take before the process ends anyway; everything acknowledged is on disk already. */
const STOP_MAX_MS = 2_000;

const program = new Command('meetbrug-cloud')
  .description('Takes observations from edges and publishes them as event streams, time series and an API.')
  .addHelpText(
    'after',
    `
Examples:
  meetbrug-cloud check --config cloud.yaml
  meetbrug-cloud serve --config cloud.yaml --data-dir /var/lib/meetbrug-cloud`,
  );

program
  .command('serve')
  .description('Runs the cloud until SIGTERM or SIGINT.')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText('after', '\nExample:\n  meetbrug-cloud serve --config cloud.yaml --data-dir data')
  .action(serve);

program
  .command('check')
  .description('Reads the configuration and the secrets it names, and lists everything that is wrong.')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .addHelpText('after', '\nExample:\n  meetbrug-cloud check --config cloud.yaml')
  .action(({ config }: { config: string }) => {
    const loaded = loadConfig(config);
    if (!loaded.ok) return refuse(loaded.fault.detail);
    process.stdout.write(`${config} is usable\n`);
  });

await program.parseAsync();

async function serve({ config, dataDir }: { config: string; dataDir: string }): Promise<void> {
  const loaded = loadConfig(config);
  if (!loaded.ok) return refuse(loaded.fault.detail);
  const logger = pino();
  const cloud = await startCloud(loaded.value, { dataDir, logger, onFatal: die });
  if (!cloud.ok) return refuse(cloud.fault.detail);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), STOP_MAX_MS).unref();
    void cloud.value.stop().then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, stop);
}

/** One message and exit code 1: the operator is told which setting to change, not where in the program it was noticed. */
function refuse(detail: string): void {
  process.stderr.write(`meetbrug-cloud: ${detail}\n`);
  process.exitCode = 1;
}

function die(detail: string): void {
  process.stderr.write(`meetbrug-cloud: ${detail}\n`);
  process.exit(1);
}
