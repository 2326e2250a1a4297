import { describe, expect, it } from 'vitest';
import type { RawMessage } from './network-event.ts';
import { reduceSparkplug, type SparkplugStep } from './reduce-sparkplug.ts';
import { parseSparkplugB } from './sparkplug-b.ts';
import { NO_NODES, type SparkplugState } from './sparkplug-b-state.ts';

const TIME_MS = Date.UTC(2026, 6, 14, 13, 15);
const RECEIVED_MS = TIME_MS + 500;

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
const number = (field: number, value: bigint | number) => [...varint(BigInt(field << 3)), ...varint(BigInt(value))];
const bytes = (field: number, inner: readonly number[]) => [
  ...varint(BigInt((field << 3) | 2)),
  ...varint(BigInt(inner.length)),
  ...inner,
];
const text = (field: number, value: string) => bytes(field, [...new TextEncoder().encode(value)]);
const fixed = (field: number, wire: 1 | 5, write: (view: DataView) => void) => {
  const inner = new Uint8Array(wire === 1 ? 8 : 4);
  write(new DataView(inner.buffer));
  return [...varint(BigInt((field << 3) | wire)), ...inner];
};
const double = (value: number) => fixed(13, 1, (view) => view.setFloat64(0, value, true));
const float = (value: number) => fixed(12, 5, (view) => view.setFloat32(0, value, true));

const metric = (...fields: readonly number[][]) => bytes(2, fields.flat());
const payload = (seq: number | undefined, ...metrics: readonly number[][]) =>
  Uint8Array.from([number(1, TIME_MS), ...metrics, seq === undefined ? [] : number(3, seq)].flat());

const birthOf = (seq: number) =>
  payload(
    seq,
    metric(text(1, 'Level'), number(2, 1), number(4, 10), double(2.3)),
    metric(text(1, 'Flow'), number(2, 2), number(4, 3), number(10, 5)),
  );

function run(
  state: SparkplugState,
  ...steps: readonly (readonly [type: string, body: Uint8Array, path?: string])[]
): SparkplugStep {
  let last: SparkplugStep = { state, messages: [], stale: [] };
  for (const [type, body, path = type.startsWith('D') ? 'node/device' : 'node'] of steps) {
    const step = reduceSparkplug(last.state, raw(`spBv1.0/group/${type}/${path}`, body));
    last = step.ok ? step.value : expect.fail(step.fault.detail);
  }
  return last;
}

function raw(topic: string, body: Uint8Array): RawMessage {
  return { topic, payload: body, receivedMs: RECEIVED_MS };
}

function readings(step: SparkplugStep) {
  return step.messages.map((message) => {
    const parsed = parseSparkplugB(message);
    if (!parsed.ok || parsed.value.kind !== 'uplink') return expect.fail('no uplink');
    const { device, decoded, observedMs, timeSource } = parsed.value;
    return { device, observedMs, timeSource, metrics: (decoded as { metrics: unknown }).metrics };
  });
}

describe('data of a Sparkplug node', () => {
  it('has the names and datatypes that the birth gave to its aliases', () => {
    const step = run(
      NO_NODES,
      ['DBIRTH', birthOf(1)],
      ['DDATA', payload(2, metric(number(2, 1), double(2.4)), metric(number(2, 2), number(10, 0xffff_fffbn)))],
    );
    expect(readings(step)).toEqual([
      {
        device: 'group/node/device',
        observedMs: TIME_MS,
        timeSource: 'payload',
        metrics: { Level: { value: 2.4 }, Flow: { value: -5 } },
      },
    ]);
    expect(step.rebirth).toBeUndefined();
  });

  it('is one message for each moment, and of arrival where no clock was set', () => {
    const step = run(
      NO_NODES,
      ['DBIRTH', birthOf(1)],
      [
        'DDATA',
        payload(
          2,
          metric(number(2, 1), number(3, TIME_MS - 1000), number(5, 1), double(1)),
          metric(number(2, 2), number(3, 12), number(10, 7)),
        ),
      ],
    );
    expect(readings(step)).toMatchObject([
      { observedMs: TIME_MS - 1000, timeSource: 'payload', metrics: { Level: { value: 1, historical: true } } },
      { observedMs: RECEIVED_MS, timeSource: 'edge', metrics: { Flow: { value: 7 } } },
    ]);
  });

  it.each([
    ['Int8', 1, number(10, 0xffn), -1],
    ['Int16 in 32 bits', 2, number(10, 0xffff_ffffn), -1],
    ['Int64', 4, number(11, -3n), -3],
    ['UInt32', 7, number(10, 0xffff_ffffn), 4_294_967_295],
    ['UInt64 beyond a double', 8, number(11, 2n ** 63n), '9223372036854775808'],
    ['Float', 9, float(2.3), 2.3],
    ['Float with all its digits', 9, float(16_777_215), 16_777_215],
    ['Double', 10, double(0.1), 0.1],
    ['Boolean', 11, number(14, 1), true],
    ['String', 12, text(15, 'open'), 'open'],
  ])('reads %s', (_, datatype, value, expected) => {
    const step = run(NO_NODES, ['NBIRTH', payload(0, metric(text(1, 'x'), number(4, datatype), value))]);
    expect(readings(step)).toMatchObject([{ device: 'group/node', metrics: { x: { value: expected } } }]);
  });

  it.each([
    ['null', [number(7, 1), double(1)]],
    ['NaN', [double(Number.NaN)]],
    ['an infinite float', [float(Number.POSITIVE_INFINITY)]],
    ['bytes', [bytes(16, [1, 2])]],
    ['a data set', [bytes(17, [])]],
  ])('leaves %s out', (_, value) => {
    expect(run(NO_NODES, ['NBIRTH', payload(0, metric(text(1, 'x'), ...value))]).messages).toEqual([]);
  });

  it('leaves commands and the session out', () => {
    const metrics = [metric(text(1, 'bdSeq'), number(11, 3)), metric(text(1, 'Node Control/Rebirth'), number(14, 0))];
    expect(run(NO_NODES, ['NBIRTH', payload(0, ...metrics)]).messages).toEqual([]);
  });

  it('with a unit in the birth has it in the data too', () => {
    const properties = [text(1, 'low'), text(1, 'engUnit'), bytes(2, double(1)), bytes(2, text(8, 'm'))].flat();
    const birth = payload(1, metric(text(1, 'Level'), number(2, 1), double(1), bytes(9, properties)));
    const step = run(NO_NODES, ['DBIRTH', birth], ['DDATA', payload(2, metric(number(2, 1), double(2)))]);
    expect(readings(step)).toMatchObject([{ metrics: { Level: { value: 2, unit: 'm' } } }]);
  });
});

describe('what a Sparkplug node should send again', () => {
  const data = (seq: number, alias = 1) => payload(seq, metric(number(2, alias), double(2)));

  it('is its birth, where the program started after it', () => {
    const step = run(NO_NODES, ['DDATA', data(7)]);
    expect(step).toMatchObject({ messages: [], rebirth: { node: 'group/node', reason: 'no-birth' } });
  });

  it('is its birth, where an alias has no name', () => {
    const step = run(NO_NODES, ['DBIRTH', birthOf(1)], ['DDATA', data(2, 9)]);
    expect(step).toMatchObject({ messages: [], rebirth: { reason: 'unknown-alias' } });
  });

  it('is its birth after a gap, while what has a name is read', () => {
    const step = run(NO_NODES, ['DBIRTH', birthOf(1)], ['DDATA', data(3)]);
    expect(step.messages).toHaveLength(1);
    expect(step.rebirth).toEqual({ node: 'group/node', reason: 'sequence-gap' });
  });

  it('is nothing where the sequence wraps, and one sequence counts for the node and its devices', () => {
    const named = (seq: number) => payload(seq, metric(text(1, 'x'), double(1)));
    const step = run(
      NO_NODES,
      ['NBIRTH', birthOf(0)],
      ['DBIRTH', birthOf(1)],
      ['DBIRTH', birthOf(2), 'node/other'],
      ['NDATA', named(3)],
    );
    expect(step.rebirth).toBeUndefined();
    const wrapped = run(NO_NODES, ['DBIRTH', birthOf(255)], ['DDATA', data(0)]);
    expect(wrapped.rebirth).toBeUndefined();
  });
});

describe('the death of a Sparkplug node', () => {
  const session = (bdSeq: number) => metric(text(1, 'bdSeq'), number(4, 8), number(11, bdSeq));
  const alive = run(NO_NODES, ['NBIRTH', payload(0, session(4))], ['DBIRTH', birthOf(1)]).state;

  it('makes all its values stale and its aliases unknown', () => {
    const step = run(alive, ['NDEATH', payload(undefined, session(4))]);
    expect(step.stale).toEqual(['group/node', 'group/node/device']);
    const after = run(step.state, ['DDATA', payload(2, metric(number(2, 1), double(2)))]);
    expect(after).toMatchObject({ messages: [], rebirth: { reason: 'no-birth' } });
  });

  it('of an earlier session changes nothing', () => {
    expect(run(alive, ['NDEATH', payload(undefined, session(3))])).toEqual({ state: alive, messages: [], stale: [] });
  });

  it('of one device leaves the others', () => {
    const step = run(alive, ['DBIRTH', birthOf(2), 'node/other'], ['DDEATH', payload(3)]);
    expect(step.stale).toEqual(['group/node/device']);
    const other = run(step.state, ['DDATA', payload(4, metric(number(2, 1), double(2))), 'node/other']);
    expect(other.messages).toHaveLength(1);
  });

  it('of a new birth forgets the aliases of the devices', () => {
    const step = run(alive, ['NBIRTH', payload(0, session(5))], ['DDATA', payload(1, metric(number(2, 1), double(2)))]);
    expect(step).toMatchObject({ messages: [], rebirth: { reason: 'no-birth' } });
  });
});

describe('a Sparkplug message', () => {
  it.each(['spBv1.0/group/NCMD/node', 'spBv1.0/STATE/host', 'spBv1.0/group/DDATA/node', 'other'])(
    'on %s changes nothing',
    (topic) => {
      const step = reduceSparkplug(NO_NODES, raw(topic, birthOf(1)));
      expect(step).toEqual({ ok: true, value: { state: NO_NODES, messages: [], stale: [] } });
    },
  );

  it('leaves the state that it was given as it was', () => {
    const before = run(NO_NODES, ['DBIRTH', birthOf(1)]).state;
    const copy = structuredClone(before);
    run(before, ['DDATA', payload(2, metric(number(2, 1), double(2)))], ['NDEATH', payload(undefined)]);
    expect(before).toEqual(copy);
  });

  it.each([
    ['a name that is no device id', 'spBv1.0/my group/NBIRTH/node', birthOf(0)],
    ['half a metric', 'spBv1.0/group/NBIRTH/node', Uint8Array.of(0x12, 0x05, 0x0a)],
    ['a group of protobuf 2', 'spBv1.0/group/NBIRTH/node', Uint8Array.of(0x0b)],
    ['too many metrics', 'spBv1.0/group/NBIRTH/node', Uint8Array.from(Array(4200).fill([0x12, 0x00]).flat())],
  ])('with %s is refused', (_, topic, body) => {
    expect(reduceSparkplug(NO_NODES, raw(topic, body))).toMatchObject({
      ok: false,
      fault: { code: 'not-this-format' },
    });
  });
});
