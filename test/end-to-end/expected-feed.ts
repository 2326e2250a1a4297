import { datastreamKey, organisationIris } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, type Theme } from '@meetbrug/protocols/properties';
import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';
import type { FleetDevice } from '../fleet/fleet-device.ts';
import type { ExpectedObservation } from '../fleet/simulate-measurement.ts';

/** Observation IRI to value: what a stream must hold, each once. */
export type ExpectedFeed = ReadonlyMap<string, string>;

export interface FeedIdentity {
  readonly publicBaseUrl: string;
  readonly organisation: string;
}

/**
 * What each stream must hold when these messages have been handled. A message that was sent twice counts once.
 * Signal strength and noise are observed by the edge and not expected here, so `device-status` cannot be compared.
 */
export function expectedFeeds(
  fleet: Fleet,
  messages: Iterable<FleetMessage>,
  { publicBaseUrl, organisation }: FeedIdentity,
): ReadonlyMap<Theme, ExpectedFeed> {
  const devices = new Map(fleet.devices.map((device) => [device.devEui, device]));
  const iris = organisationIris(publicBaseUrl, organisation);
  const feeds = new Map<Theme, Map<string, string>>();
  for (const { expected } of messages) {
    const device = devices.get(expected.devEui);
    if (device === undefined) throw new Error(`${expected.devEui} is not of this fleet`);
    for (const observation of expected.observations) {
      const { theme } = OBSERVED_PROPERTIES[observation.property];
      const feed = feeds.get(theme) ?? new Map<string, string>();
      feed.set(iris.observation(keyOf(device, observation), observation.beginMs), observation.value);
      feeds.set(theme, feed);
    }
  }
  return feeds;
}

function keyOf({ place, devEui }: FleetDevice, observation: ExpectedObservation) {
  const { property, direction, derivedFromDistance, beginMs, endMs } = observation;
  const instant = derivedFromDistance ? 'peil-uit-afstand' : 'momentaan';
  return datastreamKey({
    feature: direction === undefined ? place.name : `${place.name}_${direction}`,
    sensor: devEui.toLowerCase(),
    property: OBSERVED_PROPERTIES[property].name,
    procedure: endMs === undefined ? instant : `telling-${(endMs - beginMs) / 1000}s`,
  });
}
