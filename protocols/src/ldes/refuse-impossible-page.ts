import type { Member } from '../oslo/member.ts';
import type { PageDocument } from './page-document.ts';
import { type StreamKind, VIEW_KINDS } from './view-definition.ts';
import { parseViewPath } from './view-path.ts';

const MEMBERS: Readonly<Record<StreamKind, Member['kind']>> = {
  observations: 'observation',
  entities: 'entity',
  outside: 'outside',
};

/** Throws for a document that its own view cannot have: what would be published by mistake stays for ever. */
export function refuseImpossiblePage({ path, members, children, stream, view }: PageDocument): void {
  const { definition } = view;
  const node = parseViewPath(definition, path);
  if (node === undefined) throw new RangeError(`${definition.name} has no node ${path}`);
  if (!VIEW_KINDS[stream.kind].includes(definition.kind)) throw new RangeError(`${definition.name} of ${stream.kind}`);
  const isPage = node.kind === 'latest-bucket' || (node.kind === 'node' && node.node.level === 0);
  if (isPage ? children.length > 0 : members.length > 0) {
    throw new RangeError('pages hold members, other nodes children');
  }
  if (definition.kind !== 'latest' && members.length > definition.pageSize) {
    throw new RangeError(`${members.length} members on one page`);
  }
  const kind = MEMBERS[stream.kind];
  if (members.some((member) => member.kind !== kind)) throw new RangeError(`a member of ${stream.name} is no ${kind}`);
}
