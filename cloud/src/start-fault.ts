import { mkdirSync } from 'node:fs';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

/** Why a cloud does not start; the detail names the setting to change. */
export type StartFaultCode =
  | 'data-dir-unusable'
  | 'store-in-use'
  | 'port-unavailable'
  | 'log-refused'
  | 'index-unusable'
  | 'rollups-unusable'
  | 'gateways-unusable'
  | 'keys-unusable'
  | 'shapes-unusable'
  | 'authority-unusable';
export type StartResult<T> = Result<T, Fault<StartFaultCode>>;

/** The data folder, made when it is not there. */
export function makeFolder(dataDir: string): StartResult<undefined> {
  try {
    mkdirSync(dataDir, { recursive: true });
    return ok(undefined);
  } catch (error) {
    return fail('data-dir-unusable', `--data-dir: ${dataDir} cannot be made: ${(error as Error).message}`);
  }
}

/**
 * Waits for a server that listens.
 * @param setting what names its port
 */
export async function orPortFault<T>(
  setting: string,
  port: number,
  host: string,
  starting: Promise<T>,
): Promise<StartResult<T>> {
  try {
    return ok(await starting);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'the port is in use' : message;
    return fail('port-unavailable', `${setting}: cannot listen on ${host}:${port}: ${why}`);
  }
}
