import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as packaged from '@jitl/quickjs-wasmfile-release-sync';
import type {
  EmscriptenModuleLoader,
  QuickJSEmscriptenModule,
  QuickJSFFI,
  QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import { CappedMemory } from './capped-memory.ts';
import { layoutOf, type MemoryLayout } from './memory-image.ts';
import { METER_EXPORTS, meterWasm } from './wasm/meter-wasm.ts';

// Its types are those of the CommonJS build, where the default export lies one level deeper than in the module that runs.
const variant: QuickJSSyncVariant = unwrapDefault<QuickJSSyncVariant>(packaged.default);

/** More turns than any start takes. */
const TURNS_AT_START = 0x7fffffff;

/** The compiled, metered engine. */
export interface QuickJsBinary {
  readonly compiled: WebAssembly.Module;
  readonly dataEnd: number;
}

/** An instance of QuickJS whose calls all end. */
export interface QuickJsMachine {
  readonly ffi: QuickJSFFI;
  readonly module: QuickJSEmscriptenModule;
  readonly memory: CappedMemory;
  readonly layout: MemoryLayout;
  /** Loop turns that are left to a call; below zero it has trapped. */
  readonly turnsLeft: WebAssembly.Global;
  /** Asked while a script runs whether it must stop. */
  shouldInterrupt: () => boolean;
  /** Puts the stack back, which a call that trapped has left in the air. */
  rewindStack(): void;
}

/** Reads the engine's WebAssembly file, adds the meter and compiles it. */
export async function compileQuickJs(): Promise<QuickJsBinary> {
  const file = fileURLToPath(import.meta.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'));
  const { binary, dataEnd } = meterWasm(await readFile(file));
  return { compiled: await WebAssembly.compile(binary), dataEnd };
}

/** Makes an instance with a memory of its own, in which no script has run. */
export async function startQuickJs({ compiled, dataEnd }: QuickJsBinary): Promise<QuickJsMachine> {
  const memory = new CappedMemory();
  const { module, exports } = await instantiate(compiled, memory);
  const stackPointer = exports[METER_EXPORTS.stackPointer] as WebAssembly.Global;
  const turnsLeft = exports[METER_EXPORTS.turnsLeft] as WebAssembly.Global;
  const stackTop = stackPointer.value;
  const Ffi = await variant.importFFI();
  const machine: QuickJsMachine = {
    ffi: new Ffi(module),
    module,
    memory,
    layout: layoutOf(memory, { stackTop, dataEnd, allocate: (bytes) => module._malloc(bytes) }),
    turnsLeft,
    shouldInterrupt: () => false,
    rewindStack() {
      stackPointer.value = stackTop;
    },
  };
  const noHost = (): never => {
    throw new Error('a codec has nothing of the host to call');
  };
  module.callbacks = {
    shouldInterrupt: () => (machine.shouldInterrupt() ? 1 : 0),
    callFunction: noHost,
    freeHostRef: noHost,
    loadModuleSource: noHost,
    normalizeModule: noHost,
  };
  return machine;
}

async function instantiate(compiled: WebAssembly.Module, memory: CappedMemory) {
  let exports: WebAssembly.Exports = {};
  const ignore = () => undefined;
  const loadModule = unwrapDefault<EmscriptenModuleLoader<QuickJSEmscriptenModule>>(await variant.importModuleLoader());
  const module = await loadModule({
    wasmMemory: memory,
    // What the module would print are its own last words in an abort; the fault of the call says it.
    ...{ print: ignore, printErr: ignore },
    instantiateWasm(imports, onSuccess) {
      const instance = new WebAssembly.Instance(compiled, imports);
      exports = instance.exports;
      (exports[METER_EXPORTS.turnsLeft] as WebAssembly.Global).value = TURNS_AT_START;
      onSuccess(instance);
      return exports;
    },
  });
  return { module, exports };
}

type Packaged<T> = T | { readonly default: Packaged<T> };

function unwrapDefault<T extends object>(packaged: Packaged<T>): T {
  return 'default' in packaged ? unwrapDefault<T>(packaged.default) : packaged;
}
