// Runs inside the sandbox: the part of Node's Buffer that codecs use. Evaluated only for a codec that names it.
globalThis.Buffer = (() => {
  const HEX = '0123456789abcdef';
  const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  const decodeHex = (text) => {
    const bytes = [];
    for (let at = 0; at + 1 < text.length; at += 2) {
      const pair = text.slice(at, at + 2);
      if (!/^[0-9a-fA-F]{2}$/.test(pair)) break;
      bytes.push(Number.parseInt(pair, 16));
    }
    return bytes;
  };
  const decodeBase64 = (text) => {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const character of text.replace(/-/g, '+').replace(/_/g, '/')) {
      if (character === '=') break;
      const value = BASE64.indexOf(character);
      if (value < 0) continue;
      bits = ((bits << 6) | value) & 0xfff;
      held += 6;
      if (held < 8) continue;
      held -= 8;
      bytes.push((bits >> held) & 0xff);
    }
    return bytes;
  };
  const decodeUtf8 = (text) => {
    const bytes = [];
    for (const character of text) {
      const point = character.codePointAt(0);
      // A lone surrogate has no UTF-8: the replacement character stands for it.
      const code = point >= 0xd800 && point <= 0xdfff ? 0xfffd : point;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
  };
  const decodeLatin1 = (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff);

  const encodeHex = (bytes) => {
    let text = '';
    for (const byte of bytes) text += HEX[byte >> 4] + HEX[byte & 15];
    return text;
  };
  const encodeBase64 = (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const [a, b = 0, c = 0] = bytes.subarray(at, at + 3);
      const left = bytes.length - at;
      text += BASE64[a >> 2] + BASE64[((a & 3) << 4) | (b >> 4)];
      text += left > 1 ? BASE64[((b & 15) << 2) | (c >> 6)] : '=';
      text += left > 2 ? BASE64[c & 63] : '=';
    }
    return text;
  };
  const encodeBase64Url = (bytes) => encodeBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  const encodeLatin1 = (bytes, mask) => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte & mask);
    return text;
  };
  // How many bytes follow a lead byte, and what the first of them may be.
  const sequenceOf = (lead) => {
    if (lead >= 0xc2 && lead <= 0xdf) return [1, 0x80, 0xbf];
    if (lead >= 0xe0 && lead <= 0xef) return [2, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf];
    if (lead >= 0xf0 && lead <= 0xf4) return [3, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf];
    return [lead < 0x80 ? 0 : -1, 0, 0];
  };
  const encodeUtf8 = (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const lead = bytes[at];
      const [following, lowest, highest] = sequenceOf(lead);
      let code = following > 0 ? lead & (0x3f >> following) : lead;
      let read = 1;
      while (read <= following) {
        const byte = bytes[at + read];
        if (!(byte >= (read === 1 ? lowest : 0x80) && byte <= (read === 1 ? highest : 0xbf))) break;
        code = (code << 6) | (byte & 63);
        read += 1;
      }
      text += read === following + 1 ? String.fromCodePoint(code) : '\ufffd';
      at += read;
    }
    return text;
  };

  const ENCODINGS = {
    utf8: [decodeUtf8, encodeUtf8],
    hex: [decodeHex, encodeHex],
    base64: [decodeBase64, encodeBase64],
    base64url: [decodeBase64, encodeBase64Url],
    latin1: [decodeLatin1, (bytes) => encodeLatin1(bytes, 0xff)],
    ascii: [decodeLatin1, (bytes) => encodeLatin1(bytes, 0x7f)],
  };
  const ALIASES = { 'utf-8': 'utf8', binary: 'latin1' };
  const encodingOf = (name = 'utf8') => {
    const key = String(name).toLowerCase();
    const encoding = ENCODINGS[ALIASES[key] || key];
    if (!encoding) throw new TypeError(`Unknown encoding: ${name}`);
    return encoding;
  };

  class Bytes extends Uint8Array {
    toString(encoding, start = 0, end = this.length) {
      return encodingOf(encoding)[1](Uint8Array.prototype.subarray.call(this, Math.max(0, start), Math.max(0, end)));
    }
    toJSON() {
      return { type: 'Buffer', data: Array.from(this) };
    }
    equals(other) {
      return this.length === other.length && this.every((byte, at) => byte === other[at]);
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
    copy(target, targetStart = 0, start = 0, end = this.length) {
      const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
      target.set(part, targetStart);
      return part.length;
    }
    write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
      if (typeof offset === 'string') return this.write(text, 0, this.length, offset);
      if (typeof length === 'string') return this.write(text, offset, this.length - offset, length);
      const bytes = encodingOf(encoding)[0](text).slice(0, Math.min(length, this.length - offset));
      this.set(bytes, offset);
      return bytes.length;
    }
    fill(value, start = 0, end = this.length, encoding = 'utf8') {
      const pattern = typeof value === 'string' ? encodingOf(encoding)[0](value) : [value];
      for (let at = start; at < end && pattern.length > 0; at += 1) this[at] = pattern[(at - start) % pattern.length];
      return this;
    }
  }

  function Buffer(value, encodingOrOffset, length) {
    return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encodingOrOffset, length);
  }
  Object.defineProperty(Bytes.prototype, 'constructor', { value: Buffer, writable: true, configurable: true });
  Buffer.prototype = Bytes.prototype;
  // Through it slices of a Buffer are Buffers.
  Object.setPrototypeOf(Buffer, Uint8Array);
  const statics = {
    from(value, encodingOrOffset, length) {
      if (typeof value === 'string') return new Bytes(encodingOf(encodingOrOffset)[0](value));
      if (value instanceof ArrayBuffer) return new Bytes(value, encodingOrOffset, length);
      if (value === null || typeof value !== 'object')
        throw new TypeError('Buffer.from takes a string, bytes or an array');
      return new Bytes(value.type === 'Buffer' && Array.isArray(value.data) ? value.data : value);
    },
    alloc: (size, fill = 0, encoding = 'utf8') => new Bytes(size).fill(fill, 0, size, encoding),
    allocUnsafe: (size) => new Bytes(size),
    isBuffer: (value) => value instanceof Bytes,
    isEncoding: (name) => String(name).toLowerCase() in { ...ENCODINGS, ...ALIASES },
    byteLength: (value, encoding) =>
      typeof value === 'string' ? encodingOf(encoding)[0](value).length : value.byteLength,
    compare(a, b) {
      const at = a.findIndex((byte, index) => byte !== b[index]);
      return at === -1 ? Math.sign(a.length - b.length) : at >= b.length ? 1 : Math.sign(a[at] - b[at]);
    },
    concat(parts, length = parts.reduce((sum, part) => sum + part.length, 0)) {
      const joined = new Bytes(length);
      let at = 0;
      for (const part of parts) {
        const fitting = part.subarray(0, Math.max(0, length - at));
        joined.set(fitting, at);
        at += fitting.length;
      }
      return joined;
    },
  };

  const define = (target, name, value) =>
    Object.defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  for (const name of Object.keys(statics)) define(Buffer, name, statics[name]);

  const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const FIXED = [
    ['Int8', 1, 'Int8'],
    ['UInt8', 1, 'Uint8'],
    ['Int16', 2, 'Int16'],
    ['UInt16', 2, 'Uint16'],
    ['Int32', 4, 'Int32'],
    ['UInt32', 4, 'Uint32'],
    ['Float', 4, 'Float32'],
    ['Double', 8, 'Float64'],
    ['BigInt64', 8, 'BigInt64'],
    ['BigUInt64', 8, 'BigUint64'],
  ];
  const inBoth = (name, method) => {
    define(Bytes.prototype, name, method);
    define(Bytes.prototype, name.replace('UInt', 'Uint'), method);
  };
  for (const [name, size, viewName] of FIXED) {
    for (const [order, isLittle] of size === 1
      ? [['', true]]
      : [
          ['LE', true],
          ['BE', false],
        ]) {
      inBoth(`read${name}${order}`, function read(offset = 0) {
        return viewOf(this)[`get${viewName}`](offset, isLittle);
      });
      inBoth(`write${name}${order}`, function write(value, offset = 0) {
        viewOf(this)[`set${viewName}`](offset, value, isLittle);
        return offset + size;
      });
    }
  }
  const within = (bytes, offset, size) => {
    if (!(offset >= 0 && size >= 1 && size <= 6 && offset + size <= bytes.length)) {
      throw new RangeError('Attempt to access memory outside buffer bounds');
    }
  };
  for (const isLittle of [true, false]) {
    const order = isLittle ? 'LE' : 'BE';
    const place = (offset, size, index) => offset + (isLittle ? size - 1 - index : index);
    inBoth(`readUInt${order}`, function read(offset, size) {
      within(this, offset, size);
      let value = 0;
      for (let index = 0; index < size; index += 1) value = value * 256 + this[place(offset, size, index)];
      return value;
    });
    inBoth(`readInt${order}`, function read(offset, size) {
      const value = this[`readUInt${order}`](offset, size);
      const limit = 2 ** (8 * size);
      return value >= limit / 2 ? value - limit : value;
    });
    const write = function write(value, offset, size) {
      within(this, offset, size);
      let left = value < 0 ? value + 2 ** (8 * size) : value;
      for (let index = size - 1; index >= 0; index -= 1) {
        this[place(offset, size, index)] = left % 256;
        left = Math.floor(left / 256);
      }
      return offset + size;
    };
    inBoth(`writeUInt${order}`, write);
    inBoth(`writeInt${order}`, write);
  }
  return Buffer;
})();
