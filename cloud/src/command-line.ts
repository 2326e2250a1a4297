import { REDACTED, SECRET_LOG_PATHS } from '@meetbrug/protocols/audit';
import { Command } from 'commander';
import { pino } from 'pino';
import { createKey, listKeys, revokeKey } from './access/keys-command.ts';
import { auditReport } from './audit/audit-command.ts';
import { openAudit } from './audit/open-audit.ts';
import { loadConfig } from './config/load-config.ts';
import { type FollowCommand, followCommand } from './follow/follow-command.ts';
import { type GatewayWorkplace, inviteGateway, listGateways, revokeGateway } from './gateways/gateways-command.ts';
import { closeStream } from './log/close-stream.ts';
import { storeFileOf } from './log/store-file.ts';
import { startCloud } from './main.ts';
import { intakeStreams } from './outside/start-outside.ts';

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
  .action(async ({ config }: { config: string }) => {
    const loaded = loadConfig(config);
    if (!loaded.ok) return refuse(loaded.fault.detail);
    const { publicBaseUrl } = loaded.value.config;
    const { createDocumentReader } = await import('./outside/read-document.ts');
    const reader = await createDocumentReader({ publicBaseUrl, streams: intakeStreams(loaded.value) });
    if (!reader.ok) return refuse(reader.fault.detail);
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

const keys = program.command('keys').description('Gives readers and writers of streams a key, or takes it away.');
const repeated = (value: string, before: readonly string[] = []) => [...before, value];

keys
  .command('create')
  .description('Prints a new key, once: only a digest of it is kept.')
  .requiredOption('--name <text>', 'whose key it is')
  .requiredOption('--stream <name>', 'ORGANISATION/STREAM, or ORGANISATION/* for all; may be repeated', repeated)
  .option('--right <right>', 'read or write; may be repeated (default: read)', repeated)
  .option('--days <days>', 'how long it may be used (default: until it is revoked)', Number)
  .option('--per-minute <requests>', 'requests a minute; further ones get 429 (default: no bound)', Number)
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    `
Readers send it in the header X-API-KEY, never in an address. The cloud may run.

Example:
  meetbrug-cloud keys create --name "traffic office" --stream demo/mobility --config cloud.yaml --data-dir data`,
  )
  .action((options: Workplace & KeyOptions) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const { name, stream: streams, right: rights = ['read'], days, perMinute: requestsPerMinute } = options;
    const created = createKey(workplace, { name, streams, rights, days, requestsPerMinute });
    if (!created.ok) return refuse(created.fault.detail);
    const { id, key, expiresMs } = created.value;
    const granted = { id, name, streams: streams.join(' '), rights: rights.join(' ') };
    recordCommand(options.dataDir, 'key-created', granted);
    process.stdout.write(`${key}\n`);
    const until = expiresMs === null ? 'until it is revoked' : `until ${new Date(expiresMs).toISOString()}`;
    process.stderr.write(
      `Key ${id} for "${name}", ${until}: ${granted.rights} ${granted.streams}. Keep it; it is not shown again.\n`,
    );
  });

keys
  .command('list')
  .description('Lists the keys without their secrets, one JSON line each.')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .action((options: Workplace) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const listed = listKeys(workplace);
    if (!listed.ok) return refuse(listed.fault.detail);
    for (const { id, name, grants, requestsPerMinute, createdMs, expiresMs, revokedMs } of listed.value) {
      const times = { created: instant(createdMs), expires: instant(expiresMs), revoked: instant(revokedMs) };
      process.stdout.write(`${JSON.stringify({ id, name, ...grants, requestsPerMinute, ...times })}\n`);
    }
  });

keys
  .command('revoke')
  .description('Takes a key away: the next request with it is refused, what is being sent to it is cut.')
  .requiredOption('--id <id>', 'the id of the key, as in "keys list"')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    '\nExample:\n  meetbrug-cloud keys revoke --id 0123456789abcdef --config cloud.yaml --data-dir data',
  )
  .action((options: Workplace & { id: string }) => {
    const workplace = workplaceOf(options);
    if (workplace === undefined) return;
    const revoked = revokeKey(workplace, options.id);
    if (!revoked.ok) return refuse(revoked.fault.detail);
    recordCommand(options.dataDir, 'key-revoked', { id: options.id });
    process.stdout.write(`key ${options.id} is revoked\n`);
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
    const closed = closeStream(storeFileOf(dataDir), name);
    if (!closed.ok) return refuse(closed.fault.detail);
    recordCommand(dataDir, 'stream-closed', { stream: name, members: closed.value.members });
    process.stdout.write(`${name} is closed with ${closed.value.members} members\n`);
  });

program
  .command('follow')
  .description('Copies a feed of somebody else into a stream of "outside", and goes on where it stopped.')
  .argument('<url>', 'address of the feed')
  .requiredOption('--into <stream>', 'ORGANISATION/STREAM that it goes into')
  .option('--once', 'end when there is nothing more to read', false)
  .option('--api-key-file <file>', 'file with the key that the feed asks for (X-API-KEY)')
  .requiredOption('--config <file>', 'configuration file (YAML)')
  .option('--data-dir <dir>', 'folder of the store', 'data')
  .addHelpText(
    'after',
    `
The cloud must not run: one that does follows what its configuration names under "follow". A feed that stands there keeps its
settings here, and what was read here is not read again there.

Example:
  meetbrug-cloud follow https://data.example/ldes/meters --into demo/meters --once --config cloud.yaml --data-dir data`,
  )
  .action(follow);

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

interface KeyOptions {
  readonly name: string;
  readonly stream: readonly string[];
  readonly right?: readonly string[];
  readonly days?: number;
  readonly perMinute?: number;
}

function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function workplaceOf({ config, dataDir }: Workplace): GatewayWorkplace | undefined {
  const loaded = loadConfig(config);
  if (loaded.ok) return { config: loaded.value.config, dataDir, nowMs: Date.now() };
  refuse(loaded.fault.detail);
  return undefined;
}

async function follow(
  url: string,
  { config, ...options }: Omit<FollowCommand, 'url'> & { readonly config: string },
): Promise<void> {
  const loaded = loadConfig(config);
  if (!loaded.ok) return refuse(loaded.fault.detail);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => stopping.abort());
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const followed = await followCommand({ url, ...options }, loaded.value, {
    say,
    signal: stopping.signal,
    nowMs: Date.now,
  });
  if (!followed.ok) refuse(followed.fault.detail);
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
