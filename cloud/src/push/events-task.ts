/** Members of a stream as text, by their ordinals. */
export interface EventsRequest {
  /** Name of an organisation, or `all`. */
  readonly organisation: string;
  readonly stream: string;
  /** The first ordinal that is wanted. */
  readonly from: number;
  /** The first that is not; greater than `from`. */
  readonly until: number;
  /** Whether observations are wanted as SensorThings entities too. */
  readonly observations: boolean;
}

/** A run of members without a gap, and what is lost before it. */
export interface EventChunk {
  readonly kind: 'events';
  /** Whole server-sent events, ASCII: what is lost, if anything is, then a member each. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where in `body` each member's line of JSON-LD begins and ends: begin, end, begin, … */
  readonly spans: readonly number[];
  /** Everything before this ordinal is in the chunk, or lost; `from` when nothing of what is wanted is there yet. */
  readonly next: number;
  /** Empty unless they were asked for, and for streams whose members are none. */
  readonly observations: readonly ObservationMessage[];
}

/** An observation as SensorThings has it. */
export interface ObservationMessage {
  /** Its id in the API. */
  readonly datastream: number;
  readonly json: string;
}

/** `absent`: there is no such stream, or it is not served. */
export type EventsAnswer = EventChunk | { readonly kind: 'absent' };
