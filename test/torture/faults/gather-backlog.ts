import { waitFor } from '../../harness/wait-for.ts';
import type { Round } from '../fault.ts';

const GATHERED_TIMEOUT_MS = 30_000;

/** Cuts the line, waits until the edge has acknowledged so many uplinks more, pauses the fleet and ends the edge. */
export async function gatherBacklog(
  { stand, fleet }: Round,
  uplinks: number,
  ending: 'kill' | 'stop' = 'kill',
): Promise<void> {
  stand.link.setWeather({ kind: 'cut' });
  const enough = fleet.acknowledgedCount() + uplinks;
  await waitFor(
    () => (fleet.acknowledgedCount() >= enough ? true : undefined),
    GATHERED_TIMEOUT_MS,
    () => `${enough - fleet.acknowledgedCount()} uplinks of a backlog are not acknowledged`,
  );
  await fleet.pause();
  await stand.installation.edge[ending]();
}

/** The line is clear, the edge runs and the fleet publishes. */
export async function goOn({ stand, fleet }: Round): Promise<void> {
  stand.link.setWeather({ kind: 'clear' });
  await stand.installation.edge.start();
  fleet.resume();
}
