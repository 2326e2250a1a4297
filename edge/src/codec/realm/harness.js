// Runs inside the sandbox before the codec, in its realm: hands it its input and checks what it answers. It keeps the
// functions it uses, because the codec may change the globals. What it says is checked again outside. Evaluates to the
// functions that are called from outside.
(() => {
  const { parse, stringify } = JSON;
  const { apply, construct, getPrototypeOf } = Reflect;
  const { keys } = Object;
  const { isArray } = Array;
  const { min } = Math;
  const { slice } = String.prototype;
  const toText = String;
  const internalErrors = InternalError.prototype;
  const SystemDate = Date;
  const DEPTH_MAX = 32;
  const VALUES_MAX = 65536;
  const TEXTS_MAX = 16;
  const TEXT_LENGTH_MAX = 200;

  let receivedMs = 0;
  let entry;
  let form;
  let normalise;
  let settings;

  const CodecDate = function (...parts) {
    const time = parts.length === 0 ? [receivedMs] : parts;
    return new.target ? construct(SystemDate, time, new.target) : new SystemDate(receivedMs).toString();
  };
  CodecDate.prototype = SystemDate.prototype;
  CodecDate.prototype.constructor = CodecDate;
  Object.defineProperty(CodecDate, 'name', { value: 'Date' });
  CodecDate.now = () => receivedMs;
  CodecDate.parse = SystemDate.parse;
  CodecDate.UTC = SystemDate.UTC;
  globalThis.Date = CodecDate;

  let randomState = 0x2545f491;
  Math.random = () => {
    randomState ^= randomState << 13;
    randomState ^= randomState >>> 17;
    randomState ^= randomState << 5;
    return (randomState >>> 0) / 4294967296;
  };

  const silent = () => undefined;
  const console = {};
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'time', 'timeEnd', 'assert']) {
    console[name] = silent;
  }
  globalThis.console = console;
  globalThis.module = { exports: {} };
  globalThis.exports = globalThis.module.exports;

  const bounded = (text) => (text.length > TEXT_LENGTH_MAX ? `${apply(slice, text, [0, TEXT_LENGTH_MAX])}…` : text);
  const textOf = (value) => {
    try {
      if (value === null || typeof value !== 'object') return bounded(toText(value));
      const { message, name, lineNumber } = value;
      if (typeof message !== 'string') return bounded(stringify(value) || 'an object');
      const where = typeof lineNumber === 'number' ? ` (line ${lineNumber})` : '';
      return bounded(`${typeof name === 'string' ? bounded(name) : 'Error'}: ${bounded(message)}`) + where;
    } catch {
      return 'a value that cannot be read';
    }
  };
  const textsOf = (value) => {
    if (value === undefined || value === null || value === '') return [];
    if (!isArray(value)) return [textOf(value)];
    const texts = [];
    const count = min(value.length, TEXTS_MAX);
    for (let at = 0; at < count; at += 1) texts[at] = textOf(value[at]);
    if (value.length > count) texts[count] = `and ${value.length - count} more`;
    return texts;
  };

  const fault = (code, detail) => `!${code} ${detail}`;
  const faultOfThrown = (thrown) => {
    try {
      if (thrown === null) return fault('codec-memory', 'the memory cap was reached');
      if (typeof thrown === 'object' && getPrototypeOf(thrown) === internalErrors) {
        if (thrown.message === 'out of memory') return fault('codec-memory', 'the memory cap was reached');
        if (thrown.message === 'stack overflow') return fault('codec-stack', 'the codec called itself too deeply');
      }
    } catch {
      return fault('codec-threw', 'a value that cannot be read');
    }
    return fault('codec-threw', textOf(thrown));
  };

  const ancestors = [];
  let valuesLeft = 0;
  // Undefined where the value can be said in JSON; else what cannot, and where.
  const problemIn = (value, depth) => {
    valuesLeft -= 1;
    if (valuesLeft < 0) return { code: 'codec-result-too-large', what: `more than ${VALUES_MAX} values`, path: '' };
    if (typeof value === 'number') {
      return value - value === 0 ? undefined : { code: 'codec-result-unsafe', what: toText(value), path: '' };
    }
    if (typeof value === 'bigint') return { code: 'codec-result-unsafe', what: 'a BigInt', path: '' };
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth === DEPTH_MAX) return { code: 'codec-result-unsafe', what: nestingOf(value), path: '' };
    ancestors[depth] = value;
    return isArray(value) ? problemInArray(value, depth) : problemInObject(value, depth);
  };
  const nestingOf = (value) => {
    for (let depth = 0; depth < DEPTH_MAX; depth += 1) if (ancestors[depth] === value) return 'a cycle';
    return `more than ${DEPTH_MAX} levels`;
  };
  const problemInArray = (array, depth) => {
    for (let at = 0; at < array.length; at += 1) {
      const problem = problemIn(array[at], depth + 1);
      if (problem) return under(problem, `[${at}]`);
    }
    return undefined;
  };
  const problemInObject = (object, depth) => {
    const names = keys(object);
    for (let at = 0; at < names.length; at += 1) {
      const name = names[at];
      if (name === '__proto__') return { code: 'codec-result-unsafe', what: 'a field', path: '.__proto__' };
      const problem = problemIn(object[name], depth + 1);
      if (problem) return under(problem, `.${bounded(name)}`);
    }
    return undefined;
  };
  const under = (problem, step) => ({ code: problem.code, what: problem.what, path: step + problem.path });

  const jsonOf = (name, value) => {
    if (typeof value !== 'object' || value === null) {
      return fault(
        'codec-result-unsafe',
        `${name}: an object was expected, not ${value === null ? 'null' : typeof value}`,
      );
    }
    valuesLeft = VALUES_MAX;
    const problem = problemIn(value, 0);
    if (problem) return fault(problem.code, `${bounded(name + problem.path)}: ${problem.what}`);
    const json = stringify(value);
    if (typeof json !== 'string') return fault('codec-result-unsafe', `${name}: not an object in JSON`);
    return json.length > settings.resultLengthMax
      ? fault(
          'codec-result-too-large',
          `${name}: ${json.length} characters of JSON, at most ${settings.resultLengthMax}`,
        )
      : json;
  };

  const callEntry = ({ bytes, fPort, recvTimeText }) => {
    const { variables } = settings;
    if (form === 'Decoder') return { data: entry(bytes, fPort) };
    if (form === 'Decode') return { data: entry(fPort, bytes, variables) };
    const received = new SystemDate(receivedMs);
    const recvTime = settings.recvTimeAs === 'string' ? recvTimeText || received.toISOString() : received;
    return entry({ bytes, fPort, recvTime, variables });
  };
  const answer = (input) => {
    const result = callEntry(input);
    if (typeof result !== 'object' || result === null) {
      return fault(
        'codec-result-unsafe',
        `an object with data was expected, not ${result === null ? 'null' : typeof result}`,
      );
    }
    const { data, errors, warnings } = result;
    const texts = textsOf(errors);
    if (texts.length > 0) return fault('codec-errors', stringify(texts));
    const json = jsonOf('data', data);
    if (json[0] === '!') return json;
    const warningTexts = textsOf(warnings);
    if (!settings.normalises || typeof normalise !== 'function') return `[${json},${stringify(warningTexts)}]`;
    const normalised = normalise({ data: parse(json) });
    const normalisedTexts = textsOf(normalised.errors);
    if (normalisedTexts.length > 0) return fault('codec-errors', stringify(normalisedTexts));
    const normalisedJson = jsonOf('normalized', normalised.data);
    return normalisedJson[0] === '!' ? normalisedJson : `[${json},${stringify(warningTexts)},${normalisedJson}]`;
  };

  return {
    // Takes what find-entry found and the settings; says whether there is an entry point.
    open(found, settingsJson) {
      if (!found) return '!codec-no-entry no decodeUplink, Decoder or Decode';
      form = found[0];
      entry = found[1];
      normalise = found[2];
      settings = parse(settingsJson);
      return '[]';
    },
    // The fault of what a codec threw while it was evaluated.
    describe: faultOfThrown,
    decode(inputJson) {
      try {
        const input = parse(inputJson);
        receivedMs = input.receivedMs;
        return answer(input);
      } catch (thrown) {
        return faultOfThrown(thrown);
      }
    },
  };
})();
