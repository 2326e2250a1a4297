import { formatInstant } from '@meetbrug/protocols/observation';
import { encodePage } from '../read/encode-page.ts';
import { DAY_MS } from '../timeseries/bucket-calendar.ts';
import type { DatastreamDirectory, ListedDatastream } from '../timeseries/datastream-directory.ts';
import type { SeriesResult, TimeSeries } from '../timeseries/time-series.ts';
import type { DatastreamNames } from './datastream-names.ts';
import { findDatastreams } from './find-datastreams.ts';
import { joinBytes } from './join-bytes.ts';
import { parquetFooter } from './parquet-file.ts';
import { checkCost, DATASTREAMS_MAX } from './query-cost.ts';
import type { QueryAnswer, QueryRefusal, SelectedSeries, SeriesPart, SeriesSelection } from './query-tasks.ts';
import { readIntervals } from './read-intervals.ts';
import { readCursor, type SeriesPlace, writeCursor } from './series-cursor.ts';
import { intervalTable, observationTable } from './series-table.ts';
import { type PartFrame, type SeriesTable, WRITERS } from './write-series.ts';

export interface SeriesSource {
  readonly directory: DatastreamDirectory;
  readonly timeSeries: TimeSeries;
  readonly namesOf: (datastream: number) => DatastreamNames;
  readonly publicBaseUrl: string;
}

/** Reads and writes one part of a series. */
export async function answerSeries(part: SeriesPart, source: SeriesSource): Promise<QueryAnswer> {
  const place = part.cursor === undefined ? undefined : readCursor(part.cursor);
  if (part.cursor !== undefined && place === undefined) return { kind: 'bad-request', detail: 'cursor: none of ours' };
  const selected = part.selected ?? select(part, source.directory);
  if ('kind' in selected) return selected;
  const naming = part.selection.kind === 'some';
  const { zone } = part.dialect;
  if (part.summary === undefined) {
    const page = await readObservations(source.timeSeries, part, selected, place);
    const rows = page.ok && page.value.rows.map((row) => ({ names: source.namesOf(row.datastream), row }));
    if (!page.ok || rows === false) return unread(page);
    const stamps = page.value.rows.map(({ stampMs }) => stampMs);
    const answer = await write(
      part,
      observationTable(zone, naming),
      rows,
      selected,
      page.value.next,
      source.publicBaseUrl,
    );
    return { ...answer, ...modified(part, stamps, page.value.next) };
  }
  const { summary, quality, limit } = part;
  const page = await readIntervals(source.timeSeries, { selected, summary, zone, quality, limit, place });
  if (!page.ok) return unread(page);
  const rows = page.value.rows.map((row) => ({ names: source.namesOf(row.datastream), row }));
  return write(part, intervalTable(summary, zone, naming), rows, selected, page.value.next, source.publicBaseUrl);
}

function readObservations(
  timeSeries: TimeSeries,
  { order, quality, limit }: SeriesPart,
  selected: SelectedSeries,
  place: SeriesPlace | undefined,
) {
  return timeSeries.range({ ...selected, order, quality, limit, ...(place && { cursor: place }) });
}

function unread(page: SeriesResult<unknown>): QueryRefusal {
  if (page.ok) throw new Error('a page that was read is no refusal');
  const { code, detail } = page.fault;
  return { kind: code === 'too-costly' ? 'too-costly' : 'unavailable', detail };
}

/** A full page without a next one would change, when there is one, without a newer version in it: it has no stamp. */
function modified({ paging, limit }: SeriesPart, stamps: readonly number[], next: unknown) {
  const isSaid = paging === 'page' && stamps.length > 0 && (next !== undefined || stamps.length < limit);
  return isSaid ? { modifiedMs: stamps.reduce((newest, stampMs) => Math.max(newest, stampMs)) } : {};
}

async function write<Row>(
  part: SeriesPart,
  table: SeriesTable<Row>,
  rows: readonly Row[],
  selected: SelectedSeries,
  next: SeriesPlace | undefined,
  publicBaseUrl: string,
): Promise<QueryAnswer> {
  const { format, paging, before, dialect } = part;
  const cursor = next && writeCursor(next);
  const isPage = paging === 'page';
  const address = isPage && cursor !== undefined ? addressOf(part, selected, cursor, publicBaseUrl) : undefined;
  const frame: PartFrame = {
    isFirst: isPage || part.selected === undefined,
    isLast: isPage || next === undefined,
    before,
    head: headOf(part, selected),
    next: address,
    dialect,
  };
  const { bytes, rowGroups } = await WRITERS[format](table, rows, frame);
  const same = { kind: 'part', rows: rows.length, selected, ...(cursor !== undefined && { cursor }) } as const;
  if (!isPage) return { ...same, body: bytes, ...(rowGroups && { rowGroups }) };
  const whole =
    rowGroups === undefined ? bytes : joinBytes([bytes, parquetFooter(table.columns, rowGroups, bytes.length)]);
  return { ...same, ...encodePage(whole, format, part.encoding), ...(address !== undefined && { next: address }) };
}

function headOf({ selection, summary, dialect }: SeriesPart, { fromMs, toMs }: SelectedSeries): object {
  const what =
    selection.kind === 'one'
      ? { datastream: selection.key }
      : { measuringPoint: selection.search.filter.measuringPoint, property: selection.search.filter.property };
  const how = summary && { every: summary.every, zone: dialect.zone };
  return { ...what, from: formatInstant(fromMs), to: formatInstant(toMs), ...how };
}

function addressOf(part: SeriesPart, { fromMs, toMs }: SelectedSeries, cursor: string, publicBaseUrl: string): string {
  const separator = part.address.includes('?') ? '&' : '?';
  const range = `from=${formatInstant(fromMs)}&to=${formatInstant(toMs)}`;
  return `${publicBaseUrl}${part.address}${separator}${range}&cursor=${cursor}`;
}

/** Without bounds: the last day that has data, so that a sensor that stopped or was taken away still shows something. */
function select(part: SeriesPart, directory: DatastreamDirectory): SelectedSeries | QueryRefusal {
  const found = datastreamsOf(part.selection, directory);
  if ('kind' in found) return found;
  const toMs = part.toMs ?? found.reduce((last, { latest }) => Math.max(last, latest?.beginMs ?? 0), 0) + 1;
  const fromMs = part.fromMs ?? Math.max(0, toMs - DAY_MS);
  const cost = checkCost({ datastreams: found.length, fromMs, toMs, every: part.summary?.every });
  if (!cost.ok) return { kind: 'too-costly', detail: cost.fault.detail };
  return { datastreams: found.map(({ entry }) => entry.id), fromMs, toMs };
}

function datastreamsOf(selection: SeriesSelection, directory: DatastreamDirectory): ListedDatastream[] | QueryRefusal {
  if (selection.kind === 'one') {
    const found = ofOrganisation(directory.find(selection.key), selection.organisation);
    const organisations = found.map(({ entry }) => entry.organisation);
    if (found.length === 0) return { kind: 'not-found', detail: 'there is no such datastream' };
    return found.length === 1 ? found : { kind: 'ambiguous', organisations };
  }
  const { search, keys } = selection;
  const found =
    keys.length > 0
      ? keys.flatMap((key) => ofOrganisation(directory.find(key), search.filter.organisation))
      : searched(selection, directory);
  if ('kind' in found) return found;
  return found.length > 0 ? found : { kind: 'not-found', detail: 'no datastream is as asked for' };
}

function ofOrganisation(found: readonly ListedDatastream[], organisation: string | undefined): ListedDatastream[] {
  return found.filter(({ entry }) => organisation === undefined || entry.organisation === organisation);
}

/** Pages of the search that one question looks through. */
const SEARCH_PAGES_MAX = 5;

function searched(
  { search }: Extract<SeriesSelection, { kind: 'some' }>,
  directory: DatastreamDirectory,
): ListedDatastream[] | QueryRefusal {
  const all: ListedDatastream[] = [];
  let afterId = 0;
  for (let page = 0; page < SEARCH_PAGES_MAX; page += 1) {
    const { found, nextAfterId } = findDatastreams(directory, search, afterId, DATASTREAMS_MAX + 1 - all.length);
    all.push(...found);
    if (nextAfterId === undefined || all.length > DATASTREAMS_MAX) return all;
    afterId = nextAfterId;
  }
  return {
    kind: 'too-costly',
    detail: 'too many datastreams to look through: name the organisation, theme or property',
  };
}
