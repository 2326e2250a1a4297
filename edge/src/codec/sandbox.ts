import { EvalFlags, type JSContextPointer, type JSValuePointer } from 'quickjs-emscripten-core';
import { MEBIBYTE, MEMORY_MIB_MAX } from './capped-memory.ts';
import type { CodecFault } from './codec.ts';
import { heapEndIn, type MemoryImage, restoreImage, takeImage } from './memory-image.ts';
import type { QuickJsMachine } from './quickjs-machine.ts';

/**
 * Loop turns of the engine for each millisecond of a deadline. A script that runs flat out makes fewer in that time and is
 * stopped by the clock; a builtin that runs on without asking the clock is stopped by this count.
 */
const TURNS_PER_MS = 500_000;
const TURNS_MAX = 0x7fffffff;
/** Of the 5 MiB that the build has: what a script may use before it gets an exception that it can catch. */
const STACK_BYTES_MAX = 256 * 1024;
/** Less than this left below the cap: what could not go on wanted memory. */
const SCARCE_BYTES = MEBIBYTE;

/** A module's value is its namespace. Our own scripts need neither their text nor line numbers. */
const SCRIPT_FLAGS = {
  script: EvalFlags.JS_EVAL_TYPE_GLOBAL,
  module: EvalFlags.JS_EVAL_TYPE_MODULE,
  own: EvalFlags.JS_EVAL_TYPE_GLOBAL | EvalFlags.JS_EVAL_FLAG_STRIP,
} as const;

export interface CallLimits {
  /** Milliseconds. */
  readonly timeoutMs: number;
  /** All the memory of the machine, its stack included. */
  readonly memoryMiB: number;
}

/** How a call into the sandbox ended: with a value, with an exception, or without either. */
export type Ending =
  | { readonly kind: 'value' | 'exception'; readonly value: JSValuePointer }
  | { readonly kind: 'cut-off'; readonly fault: CodecFault };

/**
 * Runs scripts in a machine, each call within its limits. Nothing is freed: what comes next begins with an image. The machine
 * may be replaced between two calls, because an image holds all that a machine knows.
 */
export class Sandbox {
  readonly #nowMs: () => number;
  readonly #context: JSContextPointer;
  #machine: QuickJsMachine;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #isInterrupted = false;
  #bytes = Buffer.alloc(0);

  /**
   * Makes a realm without anything of ours.
   *
   * @param nowMs a clock that only goes forward, in milliseconds
   */
  constructor(machine: QuickJsMachine, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#machine = machine;
    this.adopt(machine);
    const runtime = machine.ffi.QTS_NewRuntime();
    machine.ffi.QTS_RuntimeEnableInterruptHandler(runtime);
    machine.ffi.QTS_RuntimeSetMaxStackSize(runtime, STACK_BYTES_MAX);
    this.#context = machine.ffi.QTS_NewContext(runtime, 0 as Parameters<typeof machine.ffi.QTS_NewContext>[1]);
  }

  get memoryBytes(): number {
    return this.#machine.memory.buffer.byteLength;
  }

  /** Whether a call has made the memory larger than it began. It stays so, whatever is restored. */
  get hasGrown(): boolean {
    return this.#machine.memory.hasGrown;
  }

  /** Goes on in another machine. */
  adopt(machine: QuickJsMachine): void {
    this.#machine = machine;
    machine.shouldInterrupt = () => {
      this.#isInterrupted ||= this.#nowMs() > this.#deadlineMs;
      return this.#isInterrupted;
    };
  }

  restore(image: MemoryImage): void {
    restoreImage(this.#machine.memory, this.#machine.layout, image);
  }

  takeImage(): MemoryImage {
    return takeImage(this.#machine.memory, this.#machine.layout);
  }

  /** Evaluates a text; see {@link SCRIPT_FLAGS}. */
  evaluate(source: string, limits: CallLimits, type: keyof typeof SCRIPT_FLAGS = 'script'): Ending {
    return this.#run(limits, () => {
      const { ffi, module } = this.#machine;
      type Evaluate = Parameters<typeof ffi.QTS_Eval>;
      const text = this.#write(source) as Evaluate[1];
      const flags = SCRIPT_FLAGS[type] as Evaluate[5];
      const value = ffi.QTS_Eval(this.#context, text, Buffer.byteLength(source), 'codec', 0 as Evaluate[4], flags);
      // The image is taken after this, and is copied before every call: what is not needed should not be in it.
      module._free(text);
      return value;
    });
  }

  /** Calls a function with values of its realm, and a text behind them if there is one. */
  call(callee: JSValuePointer, values: readonly JSValuePointer[], text?: string, limits = UNLIMITED): Ending {
    return this.#run(limits, () => {
      const { ffi, module, memory } = this.#machine;
      const all = text === undefined ? values : [...values, this.#newString(text)];
      const list = module._malloc(4 * Math.max(1, all.length));
      if (list === 0) throw new OutOfMemory();
      new Uint32Array(memory.buffer, list, all.length).set(all);
      type ValueList = Parameters<typeof ffi.QTS_Call>[4];
      return ffi.QTS_Call(this.#context, callee, ffi.QTS_GetUndefined(), all.length, list as number as ValueList);
    });
  }

  /** A property of an object that no script has touched. */
  member(owner: JSValuePointer, name: string): JSValuePointer {
    return this.#machine.ffi.QTS_GetProp(this.#context, owner, this.#newString(name));
  }

  /** The text of a string value; undefined if it is longer, or cannot be had. */
  read(value: JSValuePointer, bytesMax: number): string | undefined {
    const start: number = this.#machine.ffi.QTS_GetString(this.#context, value);
    if (start === 0) return undefined;
    const bytes = this.#view();
    const end = bytes.indexOf(0, start);
    return end === -1 || end - start > bytesMax ? undefined : bytes.toString('utf8', start, end);
  }

  #run({ timeoutMs, memoryMiB }: CallLimits, work: () => JSValuePointer): Ending {
    const machine = this.#machine;
    machine.memory.capBytes = Math.min(memoryMiB, MEMORY_MIB_MAX) * MEBIBYTE;
    machine.turnsLeft.value = Math.min(TURNS_MAX, Math.ceil(timeoutMs * TURNS_PER_MS));
    this.#isInterrupted = false;
    this.#deadlineMs = this.#nowMs() + timeoutMs;
    try {
      const value = work();
      const exception = machine.ffi.QTS_ResolveException(this.#context, value);
      if (this.#isInterrupted) return cutOff('codec-deadline', `not done after ${timeoutMs} ms`);
      return exception === 0 ? { kind: 'value', value } : { kind: 'exception', value: exception };
    } catch (error) {
      machine.rewindStack();
      if (machine.turnsLeft.value < 0) return cutOff('codec-deadline', `a builtin ran on after ${timeoutMs} ms`);
      if (error instanceof RangeError) return cutOff('codec-stack', 'the codec called itself too deeply');
      if (error instanceof OutOfMemory || error instanceof WebAssembly.RuntimeError) return this.scarcity();
      throw error;
    }
  }

  /** Why a call could not go on: it has used up its memory, or else its stack. */
  scarcity(): { readonly kind: 'cut-off'; readonly fault: CodecFault } {
    const { memory, layout } = this.#machine;
    return memory.capBytes - heapEndIn(memory, layout) < SCARCE_BYTES
      ? cutOff('codec-memory', 'the memory cap was reached')
      : cutOff('codec-stack', 'the codec called itself too deeply');
  }

  #newString(text: string): JSValuePointer {
    const { ffi } = this.#machine;
    return ffi.QTS_NewString(this.#context, this.#write(text) as Parameters<typeof ffi.QTS_NewString>[1]);
  }

  /** Address of a copy of the text with a zero behind it. */
  #write(text: string): number {
    const length = Buffer.byteLength(text);
    const address: number = this.#machine.module._malloc(length + 1);
    if (address === 0) throw new OutOfMemory();
    const bytes = this.#view();
    bytes.write(text, address, length, 'utf8');
    bytes[address + length] = 0;
    return address;
  }

  /** The memory, which is another object after it has grown. */
  #view(): Buffer {
    const { buffer } = this.#machine.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}

/** For what runs before the codec does. */
const UNLIMITED: CallLimits = { timeoutMs: TURNS_MAX / TURNS_PER_MS, memoryMiB: MEMORY_MIB_MAX };

class OutOfMemory extends Error {}

function cutOff(code: CodecFault['code'], detail: string): { readonly kind: 'cut-off'; readonly fault: CodecFault } {
  return { kind: 'cut-off', fault: { code, detail } };
}
