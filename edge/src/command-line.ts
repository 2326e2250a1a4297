import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import pino from 'pino';
import type { EdgeConfig } from './config/edge-config.ts';
import { loadEdgeConfig } from './config/load-edge-config.ts';
import { enrol } from './enrolment/enrol-command.ts';
import { ListenError } from './listen.ts';
import { StartError, startEdge } from './main.ts';
import { OUTBOX_FILE } from './outbox/open-outbox.ts';
import { quarantineLines } from './outbox/read-quarantine.ts';

const STOP_MS_MAX = 2_000;

const program = new Command('meetbrug-edge')
  .description('Takes LoRaWAN uplinks, keeps them safe and brings them to the cloud as observations.')
  .showHelpAfterError('(see --help)');

program
  .command('run')
  .description('run the gateway until it is told to stop')
  .requiredOption('--config <file>', 'configuration, edge.yaml')
  .option('--data-dir <directory>', 'where the outbox is kept (default: data beside the configuration)')
  .addHelpText(
    'after',
    '\nExample:\n  meetbrug-edge run --config /etc/meetbrug/edge.yaml --data-dir /var/lib/meetbrug-edge',
  )
  .action(run);

program
  .command('check')
  .description('check a configuration and list every fault')
  .requiredOption('--config <file>', 'configuration, edge.yaml')
  .addHelpText('after', '\nExample:\n  meetbrug-edge check --config edge.yaml')
  .action(({ config }: { config: string }) => {
    const { devices, sources } = readConfig(config);
    process.stdout.write(`${config} is in order: ${devices.length} devices, ${sources.length} upstream brokers\n`);
  });

program
  .command('quarantine')
  .description('list what could not be used, one JSON line a record, oldest first')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept')
  .addHelpText(
    'after',
    '\nExample:\n  meetbrug-edge quarantine --data-dir /var/lib/meetbrug-edge | grep unknown-device',
  )
  .action(({ dataDir }: { dataDir: string }) => {
    const file = join(dataDir, OUTBOX_FILE);
    if (!existsSync(file)) fail(`--data-dir: there is no ${OUTBOX_FILE} in ${dataDir}`);
    for (const line of quarantineLines(file)) process.stdout.write(`${line}\n`);
  });

program
  .command('enrol')
  .description("turn a one-time code of the cloud into this gateway's key and certificate")
  .requiredOption('--code <code>', 'what "meetbrug-cloud gateways invite" printed; "-" reads it from standard input')
  .requiredOption('--config <file>', 'configuration, edge.yaml')
  .addHelpText('after', '\nExample:\n  meetbrug-edge enrol --code - --config /etc/meetbrug/edge.yaml < code')
  .action(async ({ code, config }: { code: string; config: string }) => {
    const enrolled = await enrol(readConfig(config), code === '-' ? readFileSync(0, 'utf8') : code);
    if (!enrolled.ok) fail(enrolled.fault.detail);
    process.stdout.write(`${enrolled.value}\n`);
  });

await program.parseAsync();

async function run(options: { config: string; dataDir?: string }): Promise<void> {
  const config = readConfig(options.config);
  const dataDir = options.dataDir ?? join(dirname(resolve(options.config)), 'data');
  const logger = pino({ name: 'meetbrug-edge' }, pino.destination({ dest: 1, sync: true }));
  const edge = await startEdge(config, { dataDir, logger, nowMs: Date.now }).catch((error: unknown) => {
    if (error instanceof StartError || error instanceof ListenError) fail(error.message);
    throw error;
  });
  logger.info({ ports: edge.ports, dataDir }, 'ready');

  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    edge.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', () => stop('disconnect'));
}

function readConfig(file: string): EdgeConfig {
  const config = loadEdgeConfig(file);
  if (!config.ok) fail(`${file} cannot be used:\n${config.fault.detail}`);
  return config.value;
}

function fail(message: string): never {
  process.stderr.write(`meetbrug-edge: ${message}\n`);
  process.exit(1);
}
