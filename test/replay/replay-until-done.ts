import { pathToFileURL } from 'node:url';
import { ReplayStand } from './replay-stand.ts';

/**
 * A process that can be killed: works through the open requests of an outbox and ends when there are none.
 *
 * Usage: node test/replay/replay-until-done.ts DATA-DIR EDGE.YAML
 */
async function main([dataDir = '', configFile = '']: readonly string[]): Promise<void> {
  const stand = new ReplayStand(dataDir);
  await stand.configure(configFile);
  await stand.workUntilDone();
  stand.outbox.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
