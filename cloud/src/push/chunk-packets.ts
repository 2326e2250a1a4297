import type { EventChunk } from './events-task.ts';
import { observationsTopic } from './mqtt-topics.ts';
import { publishPacket } from './publish-packet.ts';

/** A chunk as MQTT, made once for all who get it. */
export interface ChunkPackets {
  /** A message for each member, on the topic of the stream, one behind the other. */
  ofStream(topic: string): Uint8Array;
  /** Messages of datastreams, on their topics. */
  readonly observations: () => readonly { readonly datastream: number; readonly packet: Uint8Array }[];
}

/** Chunks are handed to all who stand at the head in one turn: what they become is kept as long as the chunk is. */
export function createChunkPackets(): (chunk: EventChunk) => ChunkPackets {
  const made = new WeakMap<EventChunk, ChunkPackets>();
  return (chunk) => {
    const known = made.get(chunk) ?? packetsOf(chunk);
    made.set(chunk, known);
    return known;
  };
}

function packetsOf({ body, spans, observations }: EventChunk): ChunkPackets {
  let ofStream: Uint8Array | undefined;
  let ofDatastreams: ReturnType<ChunkPackets['observations']> | undefined;
  return {
    ofStream(topic) {
      ofStream ??= Buffer.concat(
        Array.from({ length: spans.length / 2 }, (_, member) =>
          publishPacket(topic, body.subarray(spans[2 * member], spans[2 * member + 1])),
        ),
      );
      return ofStream;
    },
    observations() {
      ofDatastreams ??= observations.map(({ datastream, json }) => ({
        datastream,
        packet: publishPacket(observationsTopic(datastream), new TextEncoder().encode(json)),
      }));
      return ofDatastreams;
    },
  };
}
