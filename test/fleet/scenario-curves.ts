/**
 * What happens in the simulated city, as functions of the time alone: a heat wave, a river that rises and falls, and
 * commuters. Every curve stays inside the bounds that it names.
 */

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export const HEAT_WAVE = { minCelsius: 18, maxCelsius: 36, minHumidityPercent: 30, maxHumidityPercent: 80 } as const;
export const RISING_RIVER = { minMetres: 0.8, maxMetres: 2.0, periodHours: 12 } as const;
export const COMMUTERS = { quietPerHour: 40, peakPerHour: 600, morningHour: 8, eveningHour: 17 } as const;

/** Air temperature and humidity: warmest and driest at 15:00 local time, coolest and dampest at 03:00. */
export function heatWave(ms: number): { celsius: number; humidityPercent: number } {
  const warmth = (1 + Math.cos((2 * Math.PI * (brusselsHour(ms) - 15)) / DAY_HOURS)) / 2;
  return {
    celsius: between(HEAT_WAVE.minCelsius, HEAT_WAVE.maxCelsius, warmth),
    humidityPercent: between(HEAT_WAVE.maxHumidityPercent, HEAT_WAVE.minHumidityPercent, warmth),
  };
}

/** Water level above the local zero: rises and falls by decimetres within hours. */
export function risingRiverMetres(ms: number): number {
  const phase = (ms / HOUR_MS / RISING_RIVER.periodHours) % 1;
  return between(RISING_RIVER.minMetres, RISING_RIVER.maxMetres, (1 - Math.cos(2 * Math.PI * phase)) / 2);
}

/** Pedestrians an hour towards (`in`) and from (`out`) the station: most go in at 08:00 and out at 17:00 local time. */
export function commutersPerHour(ms: number): { in: number; out: number } {
  const hour = brusselsHour(ms);
  const morning = peak(hour - COMMUTERS.morningHour);
  const evening = peak(hour - COMMUTERS.eveningHour);
  return {
    in: between(COMMUTERS.quietPerHour, COMMUTERS.peakPerHour, Math.max(morning, evening / 4)),
    out: between(COMMUTERS.quietPerHour, COMMUTERS.peakPerHour, Math.max(evening, morning / 4)),
  };
}

const BRUSSELS = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Brussels', hour: '2-digit', hourCycle: 'h23' });
let cachedUtcHour = -1;
let cachedLocalHour = 0;

/** Hour of the day in Brussels, with its fraction. The zone's offset changes only on the hour, so one is remembered. */
export function brusselsHour(ms: number): number {
  const utcHour = Math.floor(ms / HOUR_MS);
  if (utcHour !== cachedUtcHour) {
    cachedLocalHour = Number(BRUSSELS.format(utcHour * HOUR_MS));
    cachedUtcHour = utcHour;
  }
  return cachedLocalHour + (ms % HOUR_MS) / HOUR_MS;
}

/** 1 at the middle of a rush hour, a tenth after an hour and a half. */
function peak(hoursFromMiddle: number): number {
  return Math.exp(-(hoursFromMiddle ** 2));
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}
