import { fail, ok, type Result } from '@meetbrug/protocols/result';
import {
  CODEC_INPUT_BYTES_MAX,
  type Codec,
  type CodecEngine,
  type CodecFault,
  type CodecInput,
  type CodecOptions,
  type CodecOutput,
} from './codec.ts';
import { ImageCache } from './image-cache.ts';
import { loadCodec } from './load-codec.ts';
import { compileQuickJs, type QuickJsBinary, startQuickJs } from './quickjs-machine.ts';
import { readAnswer } from './read-answer.ts';
import { buildRealm, type Realm } from './realm.ts';
import { Sandbox } from './sandbox.ts';

export interface CodecEngineSettings {
  /** Longest text of a codec, in bytes of UTF-8. */
  readonly sourceBytesMax: number;
  /** Longest result of a call, in bytes of JSON. */
  readonly resultBytesMax: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly monotonicMs: () => number;
}

const DEFAULTS: CodecEngineSettings = {
  sourceBytesMax: 1_048_576,
  resultBytesMax: 65_536,
  monotonicMs: () => performance.now(),
};

/**
 * Loads the sandbox in which codecs run: QuickJS in WebAssembly, one instance for all of them. What a codec is, is an image of
 * the instance's memory, taken when it was opened and put back before each of its calls. So no call sees another one's traces,
 * and a call costs some microseconds more than the codec itself. `Math.random()` gives the same numbers in every call.
 */
export async function loadCodecEngine(settings: Partial<CodecEngineSettings> = {}): Promise<CodecEngine> {
  const binary = await compileQuickJs();
  const sandbox = new Sandbox(await startQuickJs(binary), settings.monotonicMs ?? DEFAULTS.monotonicMs);
  return new SandboxedCodecs({ binary, sandbox, realm: buildRealm(sandbox), settings: { ...DEFAULTS, ...settings } });
}

class SandboxedCodecs implements CodecEngine {
  readonly #binary: QuickJsBinary;
  readonly #sandbox: Sandbox;
  readonly #realm: Realm;
  readonly #settings: CodecEngineSettings;
  readonly #images = new ImageCache();
  #isRenewing = false;

  constructor(parts: { binary: QuickJsBinary; sandbox: Sandbox; realm: Realm; settings: CodecEngineSettings }) {
    this.#binary = parts.binary;
    this.#sandbox = parts.sandbox;
    this.#realm = parts.realm;
    this.#settings = parts.settings;
  }

  get memoryBytes(): number {
    return this.#sandbox.memoryBytes + this.#images.bytes;
  }

  open(source: string, options: CodecOptions): Result<Codec, CodecFault> {
    const codec: Codec = { decode: (input) => this.#decode(codec, source, options, input) };
    const loaded = this.#load(codec, source, options);
    return loaded.ok ? ok(codec) : loaded;
  }

  #load(codec: Codec, source: string, options: CodecOptions) {
    const { sourceBytesMax, resultBytesMax } = this.#settings;
    const image = loadCodec({
      sandbox: this.#sandbox,
      realm: this.#realm,
      ...{ source, options, sourceBytesMax, resultBytesMax },
    });
    if (image.ok) this.#images.add(codec, image.value);
    this.#renewIfGrown();
    return image;
  }

  #decode(codec: Codec, source: string, options: CodecOptions, input: CodecInput): Result<CodecOutput, CodecFault> {
    const { bytes } = input;
    if (bytes.length > CODEC_INPUT_BYTES_MAX) {
      return fail('codec-memory', `${bytes.length} bytes of payload, at most ${CODEC_INPUT_BYTES_MAX}`);
    }
    const cached = this.#images.get(codec);
    const image = cached === undefined ? this.#load(codec, source, options) : ok(cached);
    if (!image.ok) return image;
    this.#sandbox.restore(image.value);
    const output = this.#ask(inputJson(input), options);
    this.#renewIfGrown();
    return output;
  }

  #ask(text: string, options: CodecOptions): Result<CodecOutput, CodecFault> {
    const ending = this.#sandbox.call(this.#realm.decode, [], text, options);
    if (ending.kind === 'cut-off') return { ok: false, fault: ending.fault };
    // The harness catches what the codec throws; what it cannot catch is that nothing is left to go on with.
    if (ending.kind === 'exception') return { ok: false, fault: this.#sandbox.scarcity().fault };
    const { resultBytesMax } = this.#settings;
    const answer = this.#sandbox.read(ending.value, resultBytesMax * 2);
    if (answer === undefined) return fail('codec-result-too-large', `more than ${resultBytesMax} bytes of JSON`);
    return readAnswer(answer, resultBytesMax);
  }

  /** Memory does not shrink: a machine that has grown is replaced as soon as another one is ready. */
  #renewIfGrown(): void {
    if (this.#isRenewing || !this.#sandbox.hasGrown) return;
    this.#isRenewing = true;
    startQuickJs(this.#binary).then((machine) => {
      this.#sandbox.adopt(machine);
      this.#isRenewing = false;
    });
  }
}

function inputJson({ bytes, fPort, recvTimeMs, recvTimeText }: CodecInput): string {
  const time = recvTimeText === undefined ? '' : `,"recvTimeText":${JSON.stringify(recvTimeText)}`;
  return `{"bytes":[${bytes.join()}],"fPort":${fPort},"receivedMs":${recvTimeMs}${time}}`;
}
