/** Dutch names of the streams, for the titles of the feeds. */
const STREAM_NAMES: Readonly<Record<string, string>> = {
  'heat-stress': 'hittestress',
  'water-level': 'waterpeil',
  mobility: 'mobiliteit',
  'device-status': 'toestand van de toestellen',
  sensors: 'meetpunten en sensoren',
};

export function streamTitle(organisationLabel: string, stream: string): string {
  return `${organisationLabel}: ${STREAM_NAMES[stream] ?? stream}`;
}
