/** The virtual edge that the products of a cloud come from. No edge may have this name: it would own their datastreams. */
export const CLOUD_SENDER = 'cloud';

/**
 * The epoch of that edge, one for ever: its sequences rise over restarts because the log knows the highest, and the version
 * of a description is made from its content, so there is nothing that an epoch would have to tell apart.
 */
export const CLOUD_EPOCH = '00000000c10d0001';
