import { CODEC_DEFAULTS } from '@meetbrug/edge/src/codec/codec.ts';
import { loadCodecEngine } from '@meetbrug/edge/src/codec/codec-engine.ts';
import { TYPICAL_CODEC, TYPICAL_PAYLOAD } from '@meetbrug/edge/src/codec/testing/typical-codec.ts';
import { type Bench, median } from './bench-row.ts';

const ROUNDS = 9;
const CALLS = 20_000;
const FPORT = 85;
const BYTES = Buffer.from(TYPICAL_PAYLOAD, 'hex');

type NativeCodec = (input: object) => { readonly data: object };

/** Calls a second. */
function rateOf(decode: (recvTimeMs: number) => unknown): number {
  const startedMs = performance.now();
  for (let call = 0; call < CALLS; call += 1) decode(call);
  return (CALLS * 1000) / (performance.now() - startedMs);
}

export const codecSandbox: Bench = {
  name: 'codec-sandbox',
  about: "a vendor's codec in the sandbox, no state kept between calls, beside the same codec run by Node itself",
  run: async () => {
    const opened = (await loadCodecEngine()).open(TYPICAL_CODEC, CODEC_DEFAULTS);
    if (!opened.ok) throw new Error(opened.fault.detail);
    const native = new Function(`${TYPICAL_CODEC} return decodeUplink;`)() as NativeCodec;
    const inSandbox = (recvTimeMs: number) => opened.value.decode({ bytes: BYTES, fPort: FPORT, recvTimeMs });
    const natively = (recvTimeMs: number) =>
      native({ bytes: [...BYTES], fPort: FPORT, recvTime: new Date(recvTimeMs), variables: {} });
    const sandboxRates: number[] = [];
    const nativeRates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      sandboxRates.push(rateOf(inSandbox));
      nativeRates.push(rateOf(natively));
    }
    return [
      {
        what: `codec in the sandbox, payload of ${BYTES.length} bytes`,
        unit: 'decodes/s',
        ours: median(sandboxRates),
        baseline: { what: 'natively, without a sandbox', value: median(nativeRates) },
        budget: { atLeast: 40_000 },
      },
    ];
  },
};
