import { type RdfFormat, writeDocument } from '@meetbrug/protocols/ldes';
import { type PublishedIris, publishedIris, type Triple } from '@meetbrug/protocols/oslo';
import { closedName } from '../access/read-scope.ts';
import { createMemberReader } from '../ldes/read-members.ts';
import { SENSORS_STREAM } from '../log/entities.ts';
import type { Store } from '../log/open-store.ts';
import { describeEntity, describeObservation } from './describe-versions.ts';
import { createVersionFinder, type FoundVersions } from './find-versions.ts';
import type { IdTarget } from './id-path.ts';

/** What an IRI stands for, as it is known now. */
export interface DereferencedDocument {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Stamp of the newest version. */
  readonly modifiedMs: number;
}

export interface Dereferencer {
  /**
   * Whether nothing may be said of a name to who may not read some streams (`organisation/stream`). What nobody has
   * published counts as well where its organisation has such a stream: or a stranger could try names.
   */
  isClosed(target: IdTarget, closed: readonly string[]): boolean;
  /** Undefined when nothing of that name was ever published, or it has expired. */
  read(target: IdTarget, format: RdfFormat): DereferencedDocument | undefined;
  /** Whether what is not found is older than what the store keeps. */
  hasExpired(target: IdTarget): boolean;
}

/** Looks up what the IRIs of organisations stand for. The newest version is said as its stream has it. */
export function createDereferencer(store: Store, publicBaseUrl: string): Dereferencer {
  const find = createVersionFinder(store);
  const reader = createMemberReader(store);

  function triplesOf(iris: PublishedIris, { stream, ordinal, versions }: FoundVersions): Triple[] {
    const [member] = reader.some(stream, [ordinal]);
    if (member === undefined || member.kind === 'outside')
      throw new Error(`member ${ordinal} of stream ${stream.id} is not in the log`);
    return member.kind === 'entity'
      ? describeEntity(iris, member, versions)
      : describeObservation(iris, member, versions);
  }

  return {
    isClosed(target, closed) {
      if (closed.length === 0) return false;
      const { organisation } = target;
      if (target.kind === 'entity') return closed.includes(closedName(organisation, SENSORS_STREAM));
      const stream = find.streamOf(organisation, target.datastream);
      return stream === undefined
        ? closed.some((name) => name.startsWith(`${organisation}/`))
        : closed.includes(closedName(organisation, stream));
    },
    hasExpired: (target) =>
      target.kind === 'observation' && find.hasExpired(target.organisation, target.datastream, target.beginMs),
    read(target, format) {
      const { organisation } = target;
      const found =
        target.kind === 'entity'
          ? find.entity(organisation, target.path)
          : find.observation(organisation, target.datastream, target.beginMs);
      if (found === undefined) return undefined;
      const triples = triplesOf(publishedIris(publicBaseUrl, organisation), found);
      return { bytes: new TextEncoder().encode(writeDocument(format, triples)), modifiedMs: found.stampMs };
    },
  };
}
