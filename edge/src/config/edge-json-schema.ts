import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { edgeConfigSchema } from './edge-config.ts';

/** JSON Schema of `edge.yaml` for editors: what a file may hold, with the description and default of each setting. */
export function edgeJsonSchema(): object {
  return z.toJSONSchema(edgeConfigSchema, { io: 'input' });
}

/** `node edge/src/config/edge-json-schema.ts` writes the schema anew after a setting has changed. */
if (import.meta.main) {
  writeFileSync(new URL('edge.schema.json', import.meta.url), `${JSON.stringify(edgeJsonSchema(), null, 2)}\n`);
}
