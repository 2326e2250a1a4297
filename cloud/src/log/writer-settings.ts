import type { CloudConfig } from '../config/cloud-config.ts';
import { configuredFeeds } from '../config/ldes-config.ts';
import { RENDER_VERSIONS } from './render-version.ts';
import type { WriterSettings } from './writer-messages.ts';

/** What a configuration says to the writer of its store. */
export function writerSettingsOf(
  { ldes, organisations, outside, quarantine, store }: CloudConfig,
  where: {
    readonly file: string;
    readonly publicBaseUrl: string;
    /** `organisation/stream` of what enters no stream of all organisations. */
    readonly allWithout: readonly string[];
  },
): WriterSettings {
  return {
    file: where.file,
    quarantineBytesMax: quarantine.bytesMax,
    publicBaseUrl: where.publicBaseUrl,
    feeds: configuredFeeds(ldes, organisations, outside),
    all: { themes: ldes.allStreams, without: where.allWithout },
    retention: store.retention,
    renderVersion: ldes.isoOverlay ? RENDER_VERSIONS.isoOverlay : RENDER_VERSIONS.plain,
  };
}
