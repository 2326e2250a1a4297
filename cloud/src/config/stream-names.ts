import { ALL_ORGANISATIONS } from '@meetbrug/protocols/ldes';
import { THEMES } from '@meetbrug/protocols/properties';
import { SENSORS_STREAM } from '../log/entities.ts';

/** `organisation/stream` of all that there can be by a configuration, whether or not it has a feed or members. */
export function streamNames({
  organisations,
  outside,
}: {
  readonly organisations: readonly { readonly name: string }[];
  readonly outside: readonly { readonly organisation: string; readonly name: string }[];
}): string[] {
  return [
    ...organisations.flatMap(({ name }) => [...THEMES, SENSORS_STREAM].map((stream) => `${name}/${stream}`)),
    ...outside.map(({ organisation, name }) => `${organisation}/${name}`),
    ...THEMES.map((theme) => `${ALL_ORGANISATIONS}/${theme}`),
  ];
}
