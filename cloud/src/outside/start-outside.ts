import { type Fault, ok, type Result } from '@meetbrug/protocols/result';
import type { Access } from '../access/access.ts';
import type { LoadedConfig } from '../config/cloud-config.ts';
import type { Writer } from '../log/writer.ts';
import type { CloudMetrics } from '../metrics.ts';
import type { IntakeStream } from './intake-messages.ts';
import { createPostMembers, type PostMembers } from './post-members.ts';
import { startIntake } from './start-intake.ts';

export interface OutsideParts {
  readonly loaded: Pick<LoadedConfig, 'config' | 'outsideShapes'>;
  readonly publicBaseUrl: string;
  readonly access: Pick<Access, 'mayWrite'>;
  readonly writer: Pick<Writer, 'appendOutside'>;
  readonly metrics: Pick<CloudMetrics, 'recordOutsideRefused'>;
  readonly nowMs: () => number;
}

/** What takes members that others post. */
export interface Outside {
  readonly post: PostMembers;
  stop(): Promise<void>;
}

/** Opens the streams that others post to; undefined when none is configured. */
export async function startOutside({
  loaded,
  publicBaseUrl,
  access,
  writer,
  metrics,
  nowMs,
}: OutsideParts): Promise<Result<Outside | undefined, Fault<'shapes-unusable'>>> {
  const { outside } = loaded.config;
  if (outside.length === 0) return ok(undefined);
  const intake = await startIntake({ publicBaseUrl, streams: intakeStreams(loaded) });
  if (!intake.ok) return intake;
  const post = createPostMembers({
    publicBaseUrl,
    bytesMax: new Map(outside.map((stream) => [`${stream.organisation}/${stream.name}`, stream.requestBytesMax])),
    access,
    intake: intake.value,
    writer,
    nowMs,
    onRefused: (members) => metrics.recordOutsideRefused(members),
  });
  return ok({ post, stop: () => intake.value.stop() });
}

/** What is asked of the members of each stream, by `organisation/stream`. */
export function intakeStreams({ config, outsideShapes }: OutsideParts['loaded']): ReadonlyMap<string, IntakeStream> {
  return new Map(
    config.outside.map((rules) => {
      const name = `${rules.organisation}/${rules.name}`;
      return [name, { rules, shapes: outsideShapes?.get(name) }];
    }),
  );
}
