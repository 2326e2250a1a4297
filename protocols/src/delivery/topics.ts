/** Topics of the link, one subtree an edge: an edge may publish and subscribe only below its own. */
export const LINK_TOPIC_ROOT = 'meetbrug/v1';

export type LinkTopic = 'hello' | 'batch' | 'welcome' | 'acknowledgement';

export function linkTopic(edge: string, kind: LinkTopic): string {
  return `${LINK_TOPIC_ROOT}/${edge}/${kind}`;
}

const LINK_TOPIC = /^meetbrug\/v1\/([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\/(hello|batch|welcome|acknowledgement)$/;

/** The edge and the kind that a topic names; undefined for any other topic. */
export function parseLinkTopic(topic: string): { edge: string; kind: LinkTopic } | undefined {
  const match = LINK_TOPIC.exec(topic);
  return match === null ? undefined : { edge: match[1] as string, kind: match[2] as LinkTopic };
}
