import type { DeviceId } from './network-event.ts';

/** What an alias stands for, as the last birth said. */
export interface AliasTarget {
  readonly name: string;
  readonly datatype?: number;
  readonly unit?: string;
}

/** The metrics of a device, or of the node itself, by alias and by name. */
export interface DeviceTable {
  readonly device: DeviceId;
  readonly byAlias: ReadonlyMap<bigint, AliasTarget>;
  readonly byName: ReadonlyMap<string, AliasTarget>;
}

/** What is known of one edge node since its birth. */
export interface NodeState {
  readonly bdSeq?: number;
  /** Of the last message of the node. */
  readonly seq?: number;
  /** By name of the device; `''` is the node itself. */
  readonly tables: ReadonlyMap<string, DeviceTable>;
}

/** The nodes by `<group>/<node>`, least recently heard first. */
export interface SparkplugState {
  readonly nodes: ReadonlyMap<string, NodeState>;
}

export const SPARKPLUG_NODES_MAX = 64;
export const SPARKPLUG_DEVICES_OF_NODE_MAX = 256;
/** Names kept in memory over all nodes; a name and its traits take some 200 bytes. */
export const SPARKPLUG_NAMES_MAX = 20_000;

export const NO_NODES: SparkplugState = { nodes: new Map() };

/**
 * The state with a node in its new condition (undefined: forgotten). Beyond {@link SPARKPLUG_NODES_MAX} nodes or
 * {@link SPARKPLUG_NAMES_MAX} names the nodes that were heard least recently are forgotten: they wait for their next birth.
 */
export function withNode(state: SparkplugState, key: string, node: NodeState | undefined): SparkplugState {
  const nodes = new Map(state.nodes);
  nodes.delete(key);
  if (node !== undefined) nodes.set(key, node);
  let names = 0;
  for (const one of nodes.values()) names += namesOf(one);
  for (const [oldest, one] of nodes) {
    if (nodes.size <= SPARKPLUG_NODES_MAX && names <= SPARKPLUG_NAMES_MAX) break;
    names -= namesOf(one);
    nodes.delete(oldest);
  }
  return { nodes };
}

function namesOf(node: NodeState): number {
  let names = 0;
  for (const { byName } of node.tables.values()) names += byName.size;
  return names;
}
