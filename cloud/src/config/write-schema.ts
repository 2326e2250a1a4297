import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { cloudConfigSchema } from './cloud-config.ts';

/** Writes cloud.schema.json, for editors that check YAML while it is typed. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(cloudConfigSchema, { io: 'input', unrepresentable: 'any' });
}

if (import.meta.main) {
  writeFileSync(new URL('cloud.schema.json', import.meta.url), `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
}
