import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EdgeConfig } from '../config/edge-config.ts';
import { isBuiltInCodec } from '../config/model-config.ts';

const UNREADABLE = '';

/**
 * Tells configurations apart by what decides about an uplink: devices, models with the text of their codecs, sessions with
 * their keys, and rules.
 */
export function configDigest(config: EdgeConfig): string {
  const { devices, models, lorawan, heat, health, privacy, licence, contact } = config;
  const { staleAfterDays } = config.quarantine;
  const codecs = Object.values(models).map(({ codec }) =>
    codec === undefined || isBuiltInCodec(codec) ? '' : textOf(codec),
  );
  const sessions = lorawan.sessionsFile === undefined ? '' : textOf(lorawan.sessionsFile);
  const rules = { lorawan, sessions, staleAfterDays, heat, health, privacy, licence, contact };
  return hash('sha256', JSON.stringify({ devices, models, codecs, ...rules }));
}

/** A file that cannot be read is told where it is opened. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return UNREADABLE;
  }
}
