/** How the demo's fleet behaves; the places and DevEUIs it gives are those of the demo's `edge.yaml`. */
export const DEMO_FLEET = { devices: 10, uplinksPerSecond: 2, countIntervalSeconds: 5 } as const;

/** Arguments of `test/fleet/main.ts`. */
export function fleetArguments(edgeMqttUrl: string): string[] {
  return [
    '--url',
    edgeMqttUrl,
    '--devices',
    String(DEMO_FLEET.devices),
    '--rate',
    String(DEMO_FLEET.uplinksPerSecond),
    '--interval',
    String(DEMO_FLEET.countIntervalSeconds),
  ];
}
