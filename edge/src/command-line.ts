import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { REDACTED, SECRET_LOG_PATHS } from '@meetbrug/protocols/audit';
import { parseInstant } from '@meetbrug/protocols/observation';
import { Command, InvalidArgumentError } from 'commander';
import pino, { type Logger } from 'pino';
import { verifyAuditFolder } from './audit/audit-command.ts';
import { type Audit, openAudit } from './audit/open-audit.ts';
import { CODEC_DEFAULTS } from './codec/codec.ts';
import { type DecodeOptions, decodeInput } from './codec/decode-command.ts';
import { fileFaults } from './config/check-files.ts';
import type { EdgeConfig } from './config/edge-config.ts';
import { loadEdgeConfig } from './config/load-edge-config.ts';
import { faultLines } from './config/parse-edge-config.ts';
import { openModels } from './decode/open-models.ts';
import { enrol } from './enrolment/enrol-command.ts';
import { discoverDevices, discoveredLines } from './learning/discover-command.ts';
import { ListenError } from './listen.ts';
import { startEdge } from './main.ts';
import { OUTBOX_FILE } from './outbox/open-outbox.ts';
import { quarantineJsonLines, quarantineTextLines, readQuarantine } from './outbox/read-quarantine.ts';
import { resend } from './outbox/resend-command.ts';
import { type ReplayOptions, replay } from './replay/replay-command.ts';
import { StartError } from './start-error.ts';

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
  .description('check a configuration and the files that it names, and list every fault')
  .requiredOption('--config <file>', 'configuration, edge.yaml')
  .addHelpText('after', '\nExample:\n  meetbrug-edge check --config edge.yaml')
  .action(async ({ config }: { config: string }) => {
    const checked = readConfig(config);
    const opened = await openModels(checked.models, () => performance.now());
    const faults = [...fileFaults(checked), ...(opened.ok ? [] : opened.faults)];
    if (faults.length > 0) fail(`${config} cannot be used:\n${faultLines(faults)}`);
    const { devices, sources } = checked;
    process.stdout.write(`${config} is in order: ${devices.length} devices, ${sources.length} sources\n`);
  });

program
  .command('decode')
  .description('run a payload codec in the sandbox: JSON lines on standard input, one JSON line out for each, in order')
  .option(
    '--codec <file>',
    'a codec of TS013, of The Things Network or ChirpStack; for lines that have no "codec" of their own',
  )
  .option('--timeout-ms <milliseconds>', 'what one call may take', String(CODEC_DEFAULTS.timeoutMs))
  .option(
    '--memory-mib <mebibytes>',
    'memory of one call, 16 to 64, that of the engine included',
    String(CODEC_DEFAULTS.memoryMiB),
  )
  .option('--normalize', 'call normalizeUplink too, where the codec has it', false)
  .addHelpText(
    'after',
    `
In:  {"bytes": "0367ea00" or [3, 103, 234, 0], "fPort": 85}, and where wanted "recvTime" (ISO 8601 with a zone), "recvTimeAs"
     ("date" or "string": what the codec gets), "variables" (texts by name) and "codec" (the text of a codec).
Out: {"data": {}, "warnings": [], "errors": []}, or {"errors": ["why"]} for a line that cannot be decoded; the next one goes on.
Exit code 0 when every line was answered, 1 when the codec or an option cannot be used.

Examples:
  echo '{"bytes": "0367ea00", "fPort": 85}' | meetbrug-edge decode --codec em300-th.js
  meetbrug-edge decode --codec lht65n.js < uplinks.jsonl > decoded.jsonl`,
  )
  .action(async (options: DecodeOptions) => {
    const decoded = await decodeInput(options, { input: process.stdin, output: process.stdout, nowMs: Date.now });
    if (!decoded.ok) fail(decoded.fault.detail);
  });

program
  .command('quarantine')
  .description('list what could not be used and why, oldest first, and how much of it for each reason')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept; the edge may be running')
  .option('--reason <reason>', 'only records with this reason, such as unknown-device')
  .option('--device <id>', 'only records of this device: DevEUI, or what it is called on the wire')
  .option('--from <time>', 'only what was received from this time on, ISO 8601 with a zone', instantOption)
  .option('--to <time>', 'and before this time', instantOption)
  .option('--json', 'one JSON line a record, with what is kept of its raw form in base64', false)
  .addHelpText(
    'after',
    `
Examples:
  meetbrug-edge quarantine --data-dir /var/lib/meetbrug-edge
  meetbrug-edge quarantine --data-dir /var/lib/meetbrug-edge --reason unknown-device --from 2026-11-24T00:00:00+01:00 --json`,
  )
  .action(({ dataDir, json, from, to, ...filter }: QuarantineOptions) => {
    const times = { ...(from === undefined ? {} : { fromMs: from }), ...(to === undefined ? {} : { toMs: to }) };
    const records = readQuarantine(existingOutbox(dataDir), { ...filter, ...times });
    const lines = json ? quarantineJsonLines(records) : quarantineTextLines(records);
    for (const line of lines) process.stdout.write(`${line}\n`);
  });

program
  .command('replay')
  .description('run what waits in the quarantine again, after a device, a model, a mapping or a codec was mended')
  .requiredOption('--config <file>', 'configuration, edge.yaml, as it is now')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept; the edge may be running')
  .option('--reason <reasons...>', 'only quarantined records with one of these reasons')
  .option('--device <id>', 'only uplinks of this device: DevEUI, or what it is called on the wire')
  .option('--from <time>', 'only what was received from this time on, ISO 8601 with a zone')
  .option('--to <time>', 'and before this time')
  .option('--kept', 'after the quarantine also the raw uplinks that are kept beside their observations', false)
  .option('--dry-run', 'say what would become of it, and write nothing', false)
  .option('--wait', 'show how far it is, until it is done', false)
  .addHelpText(
    'after',
    `
The edge does the work. It takes its configuration when it starts: after a change start it again. An edge that is not
running does it at its next start. The same value is no new version, another one is a correction; what fails still stays in
the quarantine with the reason of today. Raw forms that privacy rules did not keep cannot be run again; they are counted.

Examples:
  meetbrug-edge replay --config edge.yaml --data-dir /var/lib/meetbrug-edge --reason unknown-device --dry-run
  meetbrug-edge replay --config edge.yaml --data-dir /var/lib/meetbrug-edge --device 24E124136C140001 --kept --wait`,
  )
  .action(async ({ config, dataDir, ...options }: ReplayOptions & { config: string; dataDir: string }) => {
    const outboxFile = existingOutbox(dataDir);
    const say = (line: string) => process.stdout.write(`${line}\n`);
    const done = await replay(options, { outboxFile, config: readConfig(config), nowMs: Date.now, say });
    if (!done.ok) fail(done.fault.detail);
    if (!done.value.isRequested) return;
    const onMissed = () => process.stderr.write('meetbrug-edge: the audit log could not be written\n');
    const { reason = [], device = null, from = null, to = null, kept } = options;
    const fields = { reasons: reason.join(' '), device, from, to, kept };
    openAudit({ dataDir, nowMs: Date.now, onMissed }).record('replay', 'command line', fields);
  });

program
  .command('discover')
  .description('list devices that send and are not configured, as entries of edge.yaml with the profiles they may be')
  .requiredOption('--data-dir <directory>', 'where the outbox is kept; the edge may be running')
  .option('--json', 'one JSON line a device', false)
  .addHelpText(
    'after',
    `
Copy what is right into edge.yaml and fill in where the device hangs; then start the edge again and "replay" what waits.

Example:
  meetbrug-edge discover --data-dir /var/lib/meetbrug-edge > new-devices.yaml`,
  )
  .action(({ dataDir, json }: { dataDir: string; json: boolean }) => {
    const devices = discoverDevices(existingOutbox(dataDir));
    if (!devices.ok) fail(devices.fault.detail);
    for (const line of discoveredLines(devices.value, json)) process.stdout.write(`${line}\n`);
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

interface QuarantineOptions {
  readonly dataDir: string;
  readonly json: boolean;
  readonly reason?: string;
  readonly device?: string;
  readonly from?: number;
  readonly to?: number;
}

await program.parseAsync();

async function run(options: { config: string; dataDir?: string }): Promise<void> {
  const config = readConfig(options.config);
  const faults = fileFaults(config);
  if (faults.length > 0) fail(faultLines(faults));
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

function instantOption(text: string): number {
  const ms = parseInstant(text);
  if (ms === undefined) throw new InvalidArgumentError('It is no time with its zone, such as 2026-11-24T07:00:00Z.');
  return ms;
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
