/**
 * The three functions of the Reflect Metadata proposal that `tsyringe`, inside `@peculiar/x509`, refuses to load without.
 * Import this before that library. A real polyfill that is already there stays.
 */
const metadata = new WeakMap<object, Map<unknown, unknown>>();

const read = (key: unknown, target: object): unknown => metadata.get(target)?.get(key);

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: read,
    getOwnMetadata: read,
    defineMetadata(key: unknown, value: unknown, target: object) {
      const entries = metadata.get(target) ?? new Map();
      metadata.set(target, entries.set(key, value));
    },
  });
}
