import { ALL_ORGANISATIONS, type StreamKind } from '@meetbrug/protocols/ldes';
import { SENSORS_STREAM } from './entities.ts';

/** The table that holds the members of a stream, each by stream and ordinal, with its stamp. */
export type LogTable = 'log' | 'entity_log' | 'all_log';

export function logTableOf(stream: { readonly organisation: string; readonly name: string }): LogTable {
  if (stream.organisation === ALL_ORGANISATIONS) return 'all_log';
  return streamKindOf(stream.name) === 'entities' ? 'entity_log' : 'log';
}

export function streamKindOf(name: string): StreamKind {
  return name === SENSORS_STREAM ? 'entities' : 'observations';
}
