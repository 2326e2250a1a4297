import { ALL_ORGANISATIONS, type StreamKind } from '@meetbrug/protocols/ldes';
import { THEMES } from '@meetbrug/protocols/properties';
import { SENSORS_STREAM } from './entities.ts';

/** The table that holds the members of a stream, each by stream and ordinal, with its stamp. */
export type LogTable = 'log' | 'entity_log' | 'outside_log' | 'all_log';

const TABLES: Readonly<Record<StreamKind, LogTable>> = {
  observations: 'log',
  entities: 'entity_log',
  outside: 'outside_log',
};

export function logTableOf(stream: { readonly organisation: string; readonly name: string }): LogTable {
  return stream.organisation === ALL_ORGANISATIONS ? 'all_log' : TABLES[streamKindOf(stream.name)];
}

/** The name says it: sensors feed the streams of themes, and what has another name comes from outside. */
export function streamKindOf(name: string): StreamKind {
  if (name === SENSORS_STREAM) return 'entities';
  return THEMES.some((theme) => theme === name) ? 'observations' : 'outside';
}
