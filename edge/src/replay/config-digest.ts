import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EdgeConfig } from '../config/edge-config.ts';
import { isBuiltInCodec } from '../config/model-config.ts';

const UNREADABLE = '';

/** Tells configurations apart by what decides about an uplink: devices, models with the text of their codecs, and rules. */
export function configDigest({ devices, models, heat, health, privacy, licence, contact }: EdgeConfig): string {
  const codecs = Object.values(models).map(({ codec }) =>
    codec === undefined || isBuiltInCodec(codec) ? '' : codecText(codec),
  );
  return hash('sha256', JSON.stringify({ devices, models, codecs, heat, health, privacy, licence, contact }));
}

/** A codec that cannot be read is told where it is opened. */
function codecText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return UNREADABLE;
  }
}
