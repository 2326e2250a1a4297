import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { REDACTED, SECRET_LOG_PATHS } from '@meetbrug/protocols/audit';
import { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { verifyAuditFolder } from './audit/audit-command.ts';
import { type Audit, openAudit } from './audit/open-audit.ts';
import type { EdgeConfig } from './config/edge-config.ts';
import { loadEdgeConfig } from './config/load-edge-config.ts';
import { enrol } from './enrolment/enrol-command.ts';
import { ListenError } from './listen.ts';
import { StartError, startEdge } from './main.ts';
import { OUTBOX_FILE } from './outbox/open-outbox.ts';
import { quarantineLines } from './outbox/read-quarantine.ts';
import { resend } from './outbox/resend-command.ts';

const STOP_MS_MAX = 2_000;
const AUDIT_HEAD_EVERY_MS = 3_600_000;

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
    for (const line of quarantineLines(existingOutbox(dataDir))) process.stdout.write(`${line}\n`);
  });

program
  .command('resend')
  .description('send kept uplinks to the cloud again, after it has lost them; what it has, it recognises')
  .requiredOption('--from <time>', 'uplinks that the edge received from this time on, ISO 8601 with a zone')
  .requiredOption('--to <time>', 'and before this time')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept; the edge may be running')
  .option('--wait', 'show how many are still to go, until the cloud has acknowledged them all', false)
  .addHelpText(
    'after',
    `
Live data goes first, then what the cloud never had, then these. An edge that is not running sends them when it starts.
Uplinks that the cloud acknowledged are kept for outbox.keepAcknowledgedDays.

Examples:
  meetbrug-edge resend --from 2026-11-23T00:00:00+01:00 --to 2026-11-24T00:00:00+01:00 --data-dir /var/lib/meetbrug-edge
  meetbrug-edge resend --from 2026-11-24T07:00:00Z --to 2026-11-24T08:30:00Z --data-dir /var/lib/meetbrug-edge --wait`,
  )
  .action(async ({ from, to, dataDir, wait }: { from: string; to: string; dataDir: string; wait: boolean }) => {
    const outboxFile = existingOutbox(dataDir);
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const done = await resend({ outboxFile, from, to, waits: wait, nowMs: Date.now(), say });
    if (!done.ok) fail(done.fault.detail);
    const onMissed = () => process.stderr.write('meetbrug-edge: the audit log could not be written\n');
    openAudit({ dataDir, nowMs: Date.now, onMissed }).record('resend', 'command line', { from, to });
  });

program
  .command('audit')
  .description('verify the audit log: that no line was changed, taken out or moved since it was written')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept')
  .option('--head <hash>', 'a head from the structured log: shows whether lines were cut off at the end')
  .addHelpText('after', '\nExample:\n  meetbrug-edge audit --data-dir /var/lib/meetbrug-edge')
  .action(({ dataDir, head }: { dataDir: string; head?: string }) => {
    const verdict = verifyAuditFolder(dataDir, head) ?? fail(`--data-dir: there is no audit log in ${dataDir}`);
    if (!verdict.ok) fail(verdict.fault.detail);
    const { firstSequence, head: last } = verdict.value;
    process.stdout.write(`entries ${firstSequence} to ${last.sequence} follow each other; head ${last.hash}\n`);
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
  const redact = { paths: [...SECRET_LOG_PATHS], censor: REDACTED };
  const logger = pino({ name: 'meetbrug-edge', redact }, pino.destination({ dest: 1, sync: true }));
  const edge = await startEdge(config, { dataDir, logger, nowMs: Date.now }).catch((error: unknown) => {
    if (error instanceof StartError || error instanceof ListenError) fail(error.message);
    throw error;
  });
  logger.info({ ports: edge.ports, dataDir }, 'ready');
  const audit = startAudit(config, dataDir, logger);

  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    edge.stop().then(() => {
      audit.record('stop', 'edge', { signal });
      logger.info({ audit: audit.head() }, 'head of the audit log');
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', () => stop('disconnect'));
}

/** Writes the start, and says where the log stands, now and every hour, where other machines keep it. */
function startAudit(config: EdgeConfig, dataDir: string, logger: Logger): Audit {
  const onMissed = (error: unknown) =>
    logger.warn({ err: error, dataDir }, 'an entry of the audit log could not be written');
  const audit = openAudit({ dataDir, nowMs: Date.now, onMissed });
  const sayHead = () => logger.info({ audit: audit.head() }, 'head of the audit log');
  audit.recordStart(config);
  sayHead();
  setInterval(sayHead, AUDIT_HEAD_EVERY_MS).unref();
  return audit;
}

function readConfig(file: string): EdgeConfig {
  const config = loadEdgeConfig(file);
  if (!config.ok) fail(`${file} cannot be used:\n${config.fault.detail}`);
  return config.value;
}

function existingOutbox(dataDir: string): string {
  const file = join(dataDir, OUTBOX_FILE);
  if (!existsSync(file)) fail(`--data-dir: there is no ${OUTBOX_FILE} in ${dataDir}`);
  return file;
}

function fail(message: string): never {
  process.stderr.write(`meetbrug-edge: ${message}\n`);
  process.exit(1);
}
