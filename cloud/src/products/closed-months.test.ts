import { expect, onTestFinished, test } from 'vitest';
import { localDayOfDate } from './local-day.ts';
import { FIRST_DAY, LAB_SETTINGS, type LabObservation, openProductLab } from './product-lab.ts';

const DAY = localDayOfDate(FIRST_DAY);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 20;
/** October and November are closed by then. */
const LATER = Date.UTC(2027, 5, 1);

type Lab = ReturnType<typeof openProductLab>;

/** Steps of a few days, so that a month is computed in many of them. */
function openLab(): Lab {
  const lab = openProductLab({ ...LAB_SETTINGS, daysMax: 3 });
  onTestFinished(() => lab.close());
  return lab;
}

/** Days over the end of a month and of summer time, none like the one before. */
function observations(): LabObservation[] {
  return Array.from({ length: DAYS }, (_, day): LabObservation[] => {
    const at = (source: LabObservation['source'], hour: number, value: number) => {
      return { source, beginMs: DAY.beginMs + day * DAY_MS + hour * HOUR_MS, value: String(value), quality: 0 };
    };
    return [
      at('plein', 5, 15 + (day % 9)),
      at('plein', 14, 26 + (day % 8)),
      at('park', 5, 17 + (day % 5)),
      at('park', 14, 27 + (day % 6)),
      ...[8, 12, 17].map((hour) => at('in', hour, 10 + ((day * hour) % 23))),
      at('gauge', 9, 2 + (day % 5) / 2),
    ];
  }).flat();
}

/** [key, begin, value] of every version that is published, those of a datastream in order. */
function published({ store }: Lab): unknown[] {
  return store
    .prepare<[], [string, number, number, number]>(
      `SELECT key, begin_ms, mantissa, scale FROM log JOIN datastream ON datastream.id = log.datastream
      WHERE edge = 'cloud' ORDER BY key, begin_ms, revision`,
    )
    .raw()
    .all();
}

function hotRows({ store }: Lab): unknown {
  return store.prepare('SELECT count(*) FROM series').pluck().get();
}

test('products of closed months are those of the same months in the store, and are known again when both are in files', async () => {
  const [cold, hot] = [openLab(), openLab()];
  for (const lab of [cold, hot]) lab.observe(observations(), LATER);
  await cold.closeMonths();
  expect(hotRows(cold)).toBe(0);
  const came = await hot.settle(LATER);
  expect(came.published).toBeGreaterThan(6 * DAYS);
  expect(await cold.settle(LATER)).toEqual(came);
  expect(published(cold)).toEqual(published(hot));

  for (let ms = 1; hotRows(cold) !== 0 && ms <= 3; ms++) await cold.closeMonths();
  expect(hotRows(cold)).toBe(0);
  cold.lose();
  const again = await cold.settle(LATER);
  expect(again.published).toBe(0);
  expect(published(cold)).toEqual(published(hot));
});

test('a correction of a closed month corrects its products', async () => {
  const [cold, hot] = [openLab(), openLab()];
  const corrections = (['plein', 'gauge'] as const).map((source, index): LabObservation => {
    const beginMs = DAY.beginMs + 3 * DAY_MS + (index === 0 ? 14 : 9) * HOUR_MS;
    return { source, beginMs, value: index === 0 ? '34' : '4.5', quality: 0 };
  });
  for (const lab of [cold, hot]) {
    lab.observe(observations(), LATER);
    if (lab === cold) await lab.closeMonths();
    await lab.settle(LATER);
    if (lab === cold) await lab.closeMonths();
    lab.observe(corrections, LATER + 1_000);
    // The square alone: its neighbourhood had a heat day by its other sensor.
    expect(await lab.settle(LATER + 2_000)).toMatchObject({ published: 2 });
  }
  expect(published(cold)).toEqual(published(hot));
});
