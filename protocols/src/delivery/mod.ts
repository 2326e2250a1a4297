export {
  type Acknowledgement,
  acknowledgementSchema,
  BATCH_BOUNDS,
  type Batch,
  BODY_ENCODINGS,
  batchSchema,
  DELIVERY_VERSION,
  epochSchema,
  type Hello,
  helloSchema,
  REFUSAL_CODES,
  type RefusalCode,
  sequenceSchema,
  type Welcome,
  type WireObservation,
  type WireUplink,
  welcomeSchema,
} from './envelope.ts';
export { addRange, rangesContain, rangesOf, type SequenceRange } from './sequence-ranges.ts';
export { LINK_TOPIC_ROOT, type LinkTopic, linkTopic, parseLinkTopic } from './topics.ts';
