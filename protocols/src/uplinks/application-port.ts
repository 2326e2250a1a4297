/** Ports 1 to 223 carry application data (LoRaWAN 1.0.4 section 4.3.2); 0 is MAC commands, 224 the certification test. */
export function isApplicationPort(port: number): boolean {
  return port >= 1 && port <= 223;
}
