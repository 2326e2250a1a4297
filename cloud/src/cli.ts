#!/usr/bin/env node
import { Command } from 'commander';
import { pino } from 'pino';
import { loadConfig } from './config/load-config.ts';
import { type GatewayWorkplace, inviteGateway, listGateways, revokeGateway } from './gateways/gateways-command.ts';
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
    process.stdout.write(`${options.edge} is revoked\n`);
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
