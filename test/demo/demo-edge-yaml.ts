import { stringify } from 'yaml';
import { DEMO_FLEET } from '../../deploy/demo/fleet-arguments.ts';
import { createFleet } from '../fleet/create-fleet.ts';
import { fleetEdgeConfig } from '../fleet/fleet-edge-config.ts';

const HEAD = `# yaml-language-server: $schema=../../edge/src/config/edge.schema.json
# The demo's edge and its ten simulated sensors. Copy it to begin your own: every setting has a description in the schema.
edge: demo-edge
organisation: demo
licence: https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0

# Sensors and network servers on this machine publish here.
broker: { host: 127.0.0.1, port: 1883 }
http: { host: 127.0.0.1, port: 8081 }

# Brokers of network servers elsewhere to take uplinks from, for example:
# - { name: chirpstack, url: "mqtt://chirpstack.example:1883", topics: [application/+/device/+/event/+] }
sources: []

cloud:
  url: mqtts://127.0.0.1:8883
  enrolUrl: http://127.0.0.1:8080
  # Key and certificate of this edge: got at the first start, readable by you alone.
  identityDir: ../../.meetbrug/demo/identity

`;

/** The text of deploy/demo/edge.yaml: the devices are exactly those of the demo's fleet. */
export function demoEdgeYaml(): string {
  return HEAD + stringify({ devices: fleetEdgeConfig(createFleet(DEMO_FLEET).devices) });
}
