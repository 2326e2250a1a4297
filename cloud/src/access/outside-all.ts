import { THEMES } from '@meetbrug/protocols/properties';
import type { CloudConfig } from '../config/cloud-config.ts';
import { streamNames } from '../config/stream-names.ts';
import { privateAmong, readPolicies } from './decide-access.ts';

/** `organisation/stream` of what enters no stream of all organisations: by the organisation's wish, or because it is private. */
export function streamsOutsideAll(config: Pick<CloudConfig, 'access' | 'organisations' | 'outside'>): string[] {
  const byWish = config.organisations.flatMap(({ name, inAllStreams }) =>
    inAllStreams ? [] : THEMES.map((theme) => `${name}/${theme}`),
  );
  return [...new Set([...byWish, ...privateAmong(readPolicies(config.access.streams), streamNames(config))])];
}
