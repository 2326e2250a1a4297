// Runs inside the sandbox, as a script, so that it sees what a codec declares with const and let. Evaluates to a function of
// the codec's module namespace, if it has one, that returns the form of the entry point, the entry point and the normaliser.
(function findEntry(namespace) {
  const exported = typeof module === 'object' && module !== null ? module.exports : undefined;
  const fromCommonJs = exported || (typeof exports === 'object' ? exports : undefined);
  const member = (owner, name) => (owner !== null && owner !== undefined ? owner[name] : undefined);
  const globalDriver = typeof driver === 'undefined' ? undefined : driver;
  const isCallable = (value) => typeof value === 'function';
  const first = (...candidates) => candidates.find(isCallable);
  const places = [
    namespace,
    member(namespace, 'default'),
    fromCommonJs,
    exports,
    member(fromCommonJs, 'driver'),
    globalDriver,
  ];
  const named = (name, global) => first(global, ...places.map((place) => member(place, name)));

  const decodeUplinkFound = named('decodeUplink', typeof decodeUplink === 'undefined' ? undefined : decodeUplink);
  const decoderFound = named('Decoder', typeof Decoder === 'undefined' ? undefined : Decoder);
  const decodeFound = named('Decode', typeof Decode === 'undefined' ? undefined : Decode);
  const normalise = named('normalizeUplink', typeof normalizeUplink === 'undefined' ? undefined : normalizeUplink);
  const found = [
    ['decodeUplink', decodeUplinkFound],
    ['Decoder', decoderFound],
    ['Decode', decodeFound],
  ].find(([, entry]) => isCallable(entry));
  return found ? [...found, normalise] : undefined;
});
