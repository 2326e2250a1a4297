// A codec as LoRa Alliance TS013 describes it: two bytes, tenths of a degree, most significant first.
function decodeUplink(input) {
  if (input.bytes.length !== 2) return { errors: ['two bytes are expected'] };
  const tenths = (input.bytes[0] << 8) | input.bytes[1];
  return { data: { temperature: (tenths > 0x7fff ? tenths - 0x10000 : tenths) / 10 } };
}

module.exports = { decodeUplink };
