/** An expected outcome as a value: bugs throw, everything a stranger's bytes can cause is a `Result`. */
export type Result<T, F extends Fault = Fault> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: F };

/** Why something was refused: a stable code for machines and counters, a sentence for people. */
export interface Fault<Code extends string = string> {
  readonly code: Code;
  readonly detail: string;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<Code extends string>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly fault: Fault<Code> } {
  return { ok: false, fault: { code, detail } };
}
