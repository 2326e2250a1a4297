/** Writes deploy/demo/edge.yaml anew after the fleet has changed: node test/demo/write-demo-edge-yaml.ts */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoEdgeYaml } from './demo-edge-yaml.ts';

writeFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'demo', 'edge.yaml'), demoEdgeYaml());
