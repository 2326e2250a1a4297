/** A decoder as vendors publish them: channels with a type and a little-endian value, history, helpers, no library. */
export const TYPICAL_CODEC = `var MODELS = { 1: 'thermometer', 2: 'distance' };

function decodeUplink(input) {
  var decoded = decodeChannels(input.bytes);
  var warnings = [];
  if (decoded.battery !== undefined && decoded.battery < 10) warnings.push('battery low');
  if (input.fPort !== 85) return { errors: ['unknown port ' + input.fPort] };
  return { data: decoded, warnings: warnings };
}

function decodeChannels(bytes) {
  var decoded = {};
  for (var i = 0; i < bytes.length; ) {
    var channelId = bytes[i++];
    var channelType = bytes[i++];
    if (channelId === 0x01 && channelType === 0x75) {
      decoded.battery = readUInt8(bytes.slice(i, i + 1));
      i += 1;
    } else if (channelId === 0x03 && channelType === 0x67) {
      decoded.temperature = readInt16LE(bytes.slice(i, i + 2)) / 10;
      i += 2;
    } else if (channelId === 0x04 && channelType === 0x68) {
      decoded.humidity = readUInt8(bytes.slice(i, i + 1)) / 2;
      i += 1;
    } else if (channelId === 0x05 && channelType === 0x82) {
      decoded.distance = readUInt16LE(bytes.slice(i, i + 2));
      i += 2;
    } else if (channelId === 0xff && channelType === 0x0b) {
      decoded.power = 'on';
      i += 1;
    } else if (channelId === 0xff && channelType === 0x16) {
      decoded.serial = readHex(bytes.slice(i, i + 8));
      i += 8;
    } else if (channelId === 0xff && channelType === 0x0f) {
      decoded.model = MODELS[bytes[i]] || 'unknown';
      i += 1;
    } else if (channelId === 0x20 && channelType === 0xce) {
      var entry = {};
      entry.timestamp = readUInt32LE(bytes.slice(i, i + 4));
      entry.temperature = readInt16LE(bytes.slice(i + 4, i + 6)) / 10;
      entry.humidity = readUInt8(bytes.slice(i + 6, i + 7)) / 2;
      decoded.history = decoded.history || [];
      decoded.history.push(entry);
      i += 7;
    } else {
      break;
    }
  }
  return decoded;
}

function readUInt8(bytes) {
  return bytes[0] & 0xff;
}

function readUInt16LE(bytes) {
  var value = (bytes[1] << 8) + bytes[0];
  return value & 0xffff;
}

function readInt16LE(bytes) {
  var ref = readUInt16LE(bytes);
  return ref > 0x7fff ? ref - 0x10000 : ref;
}

function readUInt32LE(bytes) {
  var value = (bytes[3] << 24) + (bytes[2] << 16) + (bytes[1] << 8) + bytes[0];
  return (value & 0xffffffff) >>> 0;
}

function readHex(bytes) {
  var text = [];
  for (var i = 0; i < bytes.length; i++) {
    text.push(('0' + (bytes[i] & 0xff).toString(16)).slice(-2));
  }
  return text.join('');
}
`;

/** Battery, temperature and humidity. */
export const TYPICAL_PAYLOAD = '01755c03673401046865';
