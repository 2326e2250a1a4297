import { join } from 'node:path';
import { REDACTED, SECRET_LOG_PATHS } from '@meetbrug/protocols/audit';
import { Command } from 'commander';
import { pino } from 'pino';
import { auditReport } from './audit/audit-command.ts';
import { openAudit } from './audit/open-audit.ts';
import { loadConfig } from './config/load-config.ts';
import { type GatewayWorkplace, inviteGateway, listGateways, revokeGateway } from './gateways/gateways-command.ts';
import { closeStream } from './log/close-stream.ts';
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

const gateways = program.command('gateways').description('Gives edges their identity, or takes it away.');

gateways
  .command('invite')
  .description('Prints a one-time code for an edge, to be typed into "meetbrug-edge enrol".')
  .requiredOption('--edge <name>', 'name of the edge')
  .option('--organisation <name>', 'who owns what it measures (default: the only one there is)')
  .option('--hours <hours>', 'how long the code may be used, at most 24', Number, 24)
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    '\nExample:\n  meetbrug-cloud gateways invite --edge town-hall --config cloud.yaml --data-dir data',
  )
  .action(async (options: Workplace & { edge: string; organisation?: string; hours: number }) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const invited = await inviteGateway(workplace, options);
    if (!invited.ok) return refuse(invited.fault.detail);
    recordCommand(options.dataDir, 'gateway-invited', { edge: options.edge, hours: options.hours });
    process.stdout.write(`${invited.value.code}\n`);
    process.stderr.write(`For "${options.edge}", once, until ${new Date(invited.value.expiresMs).toISOString()}.\n`);
  });

gateways
  .command('list')
  .description('Lists the edges that were invited, one JSON line each.')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .action((options: Workplace) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const listed = listGateways(workplace);
    if (!listed.ok) return refuse(listed.fault.detail);
    const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
    for (const { edge, organisation, revokedMs, certificateUntilMs, invitedUntilMs } of listed.value) {
      const times = {
        certificateUntil: instant(certificateUntilMs),
        invitedUntil: instant(invitedUntilMs),
        revoked: instant(revokedMs),
      };
      process.stdout.write(`${JSON.stringify({ edge, organisation, ...times })}\n`);
    }
  });

gateways
  .command('revoke')
  .description('Shuts an edge out: its connection is cut within seconds and its certificates are worth nothing.')
  .requiredOption('--edge <name>', 'name of the edge')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    '\nExample:\n  meetbrug-cloud gateways revoke --edge town-hall --config cloud.yaml --data-dir data',
  )
  .action((options: Workplace & { edge: string }) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const revoked = revokeGateway(workplace, options.edge);
    if (!revoked.ok) return refuse(revoked.fault.detail);
    recordCommand(options.dataDir, 'gateway-revoked', { edge: options.edge });
    process.stdout.write(`${options.edge} is revoked\n`);
  });

program
  .command('close')
  .description('Ends a stream for good: it takes nothing more in, and no page of it ever changes again.')
  .argument('<stream>', 'ORGANISATION/STREAM, as in its URL')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    `
The cloud may run. What edges still send for the stream goes to quarantine as stream-closed. This cannot be undone.

Example:
  meetbrug-cloud close demo/mobility --data-dir data`,
  )
  .action((name: string, { dataDir }: { dataDir: string }) => {
    const closed = closeStream(join(dataDir, 'cloud.sqlite'), name);
    if (!closed.ok) return refuse(closed.fault.detail);
    recordCommand(dataDir, 'stream-closed', { stream: name, members: closed.value.members });
    process.stdout.write(`${name} is closed with ${closed.value.members} members\n`);
  });

program
  .command('audit')
  .description('Verifies the audit log: that no line was changed, taken out or moved since it was written.')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .option('--head <hash>', 'a head from the structured log: shows whether lines were cut off at the end')
  .addHelpText('after', '\nExample:\n  meetbrug-cloud audit --data-dir data --head 5f2b…')
  .action(({ dataDir, head }: { dataDir: string; head?: string }) => {
    const report = auditReport(dataDir, head);
    if (!report.ok) return refuse(report.fault.detail);
    process.stdout.write(`${report.value}\n`);
  });

await program.parseAsync();

interface Workplace {
  readonly config: string;
  readonly dataDir: string;
}

function workplaceOf({ config, dataDir }: Workplace): GatewayWorkplace | undefined {
  const loaded = loadConfig(config);
  if (loaded.ok) return { config: loaded.value.config, dataDir, nowMs: Date.now() };
  refuse(loaded.fault.detail);
  return undefined;
}

async function serve({ config, dataDir }: { config: string; dataDir: string }): Promise<void> {
  const loaded = loadConfig(config);
  if (!loaded.ok) return refuse(loaded.fault.detail);
  const logger = pino({ redact: { paths: [...SECRET_LOG_PATHS], censor: REDACTED } });
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

/** What a command did, beside the cloud that it is about. An entry that cannot be written is said on stderr. */
function recordCommand(dataDir: string, event: string, fields: Readonly<Record<string, string | number>>): void {
  const say = (_fields: object, message: string) => void process.stderr.write(`meetbrug-cloud: ${message}\n`);
  const audit = openAudit({ dataDir, nowMs: Date.now, logger: { info: () => undefined, warn: say } });
  if (!audit.ok) return void process.stderr.write(`meetbrug-cloud: ${audit.fault.detail}\n`);
  audit.value.record(event, 'command line', { ...fields, user: process.getuid?.() ?? null });
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
