/** Something in the surroundings is not as the configuration says; the message names the setting. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
