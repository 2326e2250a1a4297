export {
  type Acknowledgement,
  acknowledgementSchema,
  BATCH_BOUNDS,
  type Batch,
  BODY_ENCODINGS,
  batchSchema,
  DELIVERY_VERSION,
  EDGE_GAP_REASONS,
  type EdgeGapReason,
  epochSchema,
  type Hello,
  helloSchema,
  REFUSAL_CODES,
  type RefusalCode,
  sequenceSchema,
  type Welcome,
  type WireGap,
  type WireObservation,
  type WireUplink,
  welcomeSchema,
} from './envelope.ts';
export { addRange, rangesContain, rangesOf, type SequenceRange } from './sequence-ranges.ts';
export { LINK_TOPIC_ROOT, type LinkTopic, linkTopic, parseLinkTopic } from './topics.ts';
