/** The part of the WebAssembly interface of ECMAScript engines that is used here; TypeScript has it in its browser library only. */
declare namespace WebAssembly {
  interface Module {
    readonly brand: 'WebAssembly.Module';
  }
  type Imports = Record<string, Record<string, unknown>>;
  type Exports = Record<string, unknown>;
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Exports;
  }
  /** An exported global; 32-bit integers here. */
  interface Global {
    value: number;
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
  function compile(binary: Uint8Array<ArrayBuffer>): Promise<Module>;
}
