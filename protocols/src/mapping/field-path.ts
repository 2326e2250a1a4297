/** A step into a value: a name, a place in an array, or every entry of an array. */
export type PathStep = string | number | typeof EVERY;
export const EVERY = Symbol('every entry');

/** Deeper than any payload of a sensor. */
export const PATH_STEPS_MAX = 16;
const INDEX_MAX = 9_999;

const STEP = /(?:^|\.)([^.[\]"\s]{1,128})|\[\]|\[(\d{1,4})\]|\["([^"\\]{1,128})"\]/y;

/**
 * Reads `history[].temperature`, `messages[0].value`, `[].v` or `metrics["Level.Upstream"]`: names divided by dots, `[]` for
 * every entry of an array, `[n]` for one, quotes around a name with a dot, a bracket or a blank. Undefined for a text that
 * is none, or has more than {@link PATH_STEPS_MAX} steps.
 */
export function parseFieldPath(text: string): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null || steps.length === PATH_STEPS_MAX) return undefined;
    const [, name, index, quoted] = match;
    if (index !== undefined) steps.push(Math.min(Number(index), INDEX_MAX));
    else steps.push(name ?? quoted ?? EVERY);
  }
  return steps.length === 0 ? undefined : steps;
}

/** One step further; undefined where there is nothing. Only what an object or array has of its own. */
export function stepInto(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return typeof step === 'number' ? value[step] : undefined;
  return typeof step === 'string' && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined;
}

/** What lies at the end of steps without {@link EVERY}. */
export function valueAt(root: unknown, steps: readonly PathStep[]): unknown {
  let value = root;
  for (const step of steps) value = step === EVERY ? undefined : stepInto(value, step);
  return value;
}

/**
 * Calls `take` with each object that the steps lead to, one for every combination of entries, in their order.
 * @param take says whether to go on
 * @returns whether all of them were taken
 */
export function eachAt(root: unknown, steps: readonly PathStep[], take: (value: unknown) => boolean): boolean {
  const every = steps.indexOf(EVERY);
  if (every === -1) return take(valueAt(root, steps));
  const list = valueAt(root, steps.slice(0, every));
  if (!Array.isArray(list)) return true;
  const rest = steps.slice(every + 1);
  return list.every((entry) => eachAt(entry, rest, take));
}
