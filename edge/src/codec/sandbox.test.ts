import { beforeAll, expect, it } from 'vitest';
import { compileQuickJs, type QuickJsMachine, startQuickJs } from './quickjs-machine.ts';
import { buildRealm, type Realm } from './realm.ts';
import { type CallLimits, Sandbox } from './sandbox.ts';

const LIMITS: CallLimits = { timeoutMs: 50, memoryMiB: 32 };

let machine: QuickJsMachine;
let sandbox: Sandbox;
let realm: Realm;
beforeAll(async () => {
  machine = await startQuickJs(await compileQuickJs());
  sandbox = new Sandbox(machine, () => performance.now());
  realm = buildRealm(sandbox);
});

/** The parts of the memory, the stack apart, that are not those of the image, or not zero behind it. */
function differences(): string[] {
  const bytes = new Uint8Array(machine.memory.buffer);
  const { stackBottom, heapBase } = machine.layout;
  const { data, heap } = realm.image;
  const heapEnd = heapBase + heap.length;
  const parts = {
    data: [bytes.subarray(0, stackBottom), data],
    heap: [bytes.subarray(heapBase, heapEnd), heap],
    behind: [bytes.subarray(heapEnd), Buffer.alloc(bytes.length - heapEnd)],
  } as const;
  return Object.entries(parts).flatMap(([name, [is, shouldBe]]) => (Buffer.compare(is, shouldBe) === 0 ? [] : [name]));
}

it.each([
  ['nothing', '1'],
  ['a loop', 'for (;;);'],
  ['a builtin that runs on', 'new Array(4e9).indexOf(1)'],
  ['memory that is taken until there is none', 'const a = []; for (;;) a.push(new Uint8Array(50000).fill(255));'],
  ['memory that is taken and given back', 'for (let i = 0; i < 40; i++) new Uint8Array(4e6).fill(255); 1'],
  ['many small objects', 'let a = []; for (let i = 0; i < 1e5; i++) a.push({ i }); a = null; 1'],
  ['a stack that is too deep', '(function f() { f(); })()'],
  ['jobs that wait', 'Promise.resolve().then(() => 1); 1'],
])('after %s restoring leaves no byte of it', (_, source) => {
  sandbox.restore(realm.image);
  sandbox.evaluate(source, LIMITS);
  expect(differences()).toContain('heap');
  sandbox.restore(realm.image);
  expect(differences()).toEqual([]);
});

it('goes on in another machine with the same image', async () => {
  sandbox.restore(realm.image);
  sandbox.evaluate('globalThis.kept = 41', LIMITS);
  const image = sandbox.takeImage();
  sandbox.adopt(await startQuickJs(await compileQuickJs()));
  sandbox.restore(image);
  const ending = sandbox.evaluate('String(kept + 1)', LIMITS);
  expect(ending.kind === 'value' ? sandbox.read(ending.value, 10) : ending.kind).toBe('42');
});
