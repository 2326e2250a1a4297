import { setTimeout } from 'node:timers/promises';
import {
  AttributeIds,
  type ClientSession,
  type ClientSubscription,
  DataChangeFilter,
  DataChangeTrigger,
  DataType,
  type DataValue,
  DeadbandType,
  MessageSecurityMode,
  makeBrowsePath,
  OPCUAClient,
  SecurityPolicy,
  TimestampsToReturn,
  UserTokenType,
} from 'node-opcua-client';
import type { OpcUaNode } from '../../config/sources/opc-ua-config.ts';
import { isStatedUnit, type StatedUnit } from './check-unit.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { ReportedValue } from './read-data-value.ts';
import type { StationOrder } from './station-messages.ts';
import { type ConnectionEvents, RESTORE_MAX_MS, type WatchedSession, watchSession } from './watch-session.ts';

export interface StationEvents extends ConnectionEvents {
  nodeFault(node: string, detail: string): void;
  reported(node: OpcUaNode, value: ReportedValue): void;
}

export interface StationSession extends WatchedSession {
  close(): Promise<void>;
}

const SECURITY = {
  'sign-and-encrypt': MessageSecurityMode.SignAndEncrypt,
  sign: MessageSecurityMode.Sign,
  'insecure-none': MessageSecurityMode.None,
} as const;
const MS_PER_SECOND = 1_000;
const SESSION_TIMEOUT_MS = 60_000;
const RECONNECT_DELAY_MS = 1_000;
const RECONNECT_DELAY_MAX_MS = 10_000;
/** Signs of life within the silence that is allowed. */
const SIGNS_OF_LIFE = 3;
/** Of what may wait here one report is a small part: some are under way when the server is asked to stop. */
const REPORTS_IN_ROOM = 20;
const CLOSE_MAX_MS = 1_000;
const NODE_GONE = /^Bad(?:NodeId|SecurityMode|UserAccess|NotReadable)/;

/**
 * Connects, subscribes to every node and reports what changes. A connection that is lost for a while is restored by the
 * library, which asks the server for what it kept meanwhile (republish). Nothing is ever written or called.
 * Throws when the server cannot be reached, does not know the user, or offers no such protection.
 */
export async function openStationSession(
  order: StationOrder,
  identity: ClientIdentity,
  events: StationEvents,
): Promise<StationSession> {
  const { config } = order;
  const client = createClient(config, identity);
  try {
    await client.connect(config.url);
    const session = await client.createSession(userOf(order));
    const namespaces = await session.readNamespaceArray();
    const subscription = await subscribe(session, namespaces, config, events);
    events.connected();
    const silenceMaxMs = config.silenceMaxSeconds * MS_PER_SECOND;
    const watched = watchSession({ client, session, subscription, namespaces, silenceMaxMs, events });
    return { ...watched, close: () => disconnect(client) };
  } catch (error) {
    await disconnect(client);
    throw error;
  }
}

/** A server that hangs does not answer a farewell either. */
async function disconnect(client: OPCUAClient): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  await Promise.race([client.disconnect(), setTimeout(CLOSE_MAX_MS, undefined, { signal }).catch(() => {})]);
  patience.abort();
}

/**
 * Once it is connected the client writes only in answer to what it gets: a socket on which nothing moves is a silent one. The
 * library breaks it, and restores what it carried as after any other break. Its own questions whether the server is
 * there are off, because they would be such movement.
 */
function createClient(config: StationOrder['config'], identity: ClientIdentity): OPCUAClient {
  const { security, securityPolicy, silenceMaxSeconds } = config;
  const { certificates, certificateFile, privateKeyFile, applicationName, applicationUri } = identity;
  const isOpen = security === 'insecure-none';
  return OPCUAClient.create({
    applicationName,
    applicationUri,
    certificateFile,
    privateKeyFile,
    clientCertificateManager: certificates,
    securityMode: SECURITY[security],
    securityPolicy: isOpen ? SecurityPolicy.None : SecurityPolicy[securityPolicy],
    // Stations are reached by other names than they call themselves by.
    endpointMustExist: false,
    keepSessionAlive: false,
    transportTimeout: silenceMaxSeconds * MS_PER_SECOND,
    requestedSessionTimeout: SESSION_TIMEOUT_MS,
    connectionStrategy: { initialDelay: RECONNECT_DELAY_MS, maxDelay: RECONNECT_DELAY_MAX_MS, maxRetry: -1 },
  });
}

function userOf({ config: { username }, password }: StationOrder) {
  if (username === undefined || password === undefined) return { type: UserTokenType.Anonymous } as const;
  return { type: UserTokenType.UserName, userName: username, password } as const;
}

async function subscribe(
  session: ClientSession,
  namespaces: readonly string[],
  config: StationOrder['config'],
  events: StationEvents,
): Promise<ClientSubscription> {
  const { publishingIntervalMs, silenceMaxSeconds, waitingMessagesMax } = config;
  const reports = (ms: number) => Math.max(1, Math.floor(ms / publishingIntervalMs));
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingIntervalMs,
    requestedMaxKeepAliveCount: reports((silenceMaxSeconds * MS_PER_SECOND) / SIGNS_OF_LIFE),
    requestedLifetimeCount: reports(RESTORE_MAX_MS),
    maxNotificationsPerPublish: Math.ceil(waitingMessagesMax / REPORTS_IN_ROOM),
    publishingEnabled: true,
  });
  for (const node of config.nodes) {
    const nodeId = nodeIdIn(namespaces, node.node);
    if (nodeId === undefined) events.nodeFault(node.node, 'the server has no such namespace');
    else {
      const fault = await unitFault(session, nodeId, node);
      if (fault === undefined) await monitor(subscription, nodeId, node, config, events);
      else events.nodeFault(node.node, fault);
    }
  }
  return subscription;
}

/** `nsu=<URI>;s=…` with the index that the server gives the namespace now. */
function nodeIdIn(namespaces: readonly string[], node: string): string | undefined {
  const end = node.indexOf(';');
  const index = namespaces.indexOf(node.slice('nsu='.length, end));
  return index === -1 ? undefined : `ns=${index}${node.slice(end)}`;
}

async function unitFault(session: ClientSession, nodeId: string, { unit }: OpcUaNode): Promise<string | undefined> {
  if (unit === undefined) return undefined;
  const path = await session.translateBrowsePath(makeBrowsePath(nodeId, '.EngineeringUnits'));
  const target = path.targets?.[0]?.targetId;
  if (target === undefined) return undefined;
  const stated = (await session.read({ nodeId: target, attributeId: AttributeIds.Value })).value.value as {
    readonly unitId: number;
    readonly displayName: { readonly text: string | null };
  } | null;
  if (stated === null) return undefined;
  const statedUnit: StatedUnit = { unitId: stated.unitId, displayName: stated.displayName.text ?? '' };
  return isStatedUnit(unit, statedUnit)
    ? undefined
    : `the server says that it is in "${statedUnit.displayName}", the setting unit says ${unit}`;
}

async function monitor(
  subscription: ClientSubscription,
  nodeId: string,
  node: OpcUaNode,
  { samplingIntervalMs, queueSize }: StationOrder['config'],
  events: StationEvents,
): Promise<void> {
  const filter =
    node.deadband === 0
      ? null
      : new DataChangeFilter({
          trigger: DataChangeTrigger.StatusValue,
          deadbandType: DeadbandType.Absolute,
          deadbandValue: node.deadband,
        });
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: samplingIntervalMs, queueSize, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  const code = item.statusCode;
  if (code.isNotGood()) return events.nodeFault(node.node, `the server answers ${code.name}`);
  item.on('changed', (value: DataValue) => {
    if (NODE_GONE.test(value.statusCode.name))
      events.nodeFault(node.node, `the server answers ${value.statusCode.name}`);
    events.reported(node, reportedOf(value));
  });
}

function reportedOf({ value, statusCode, sourceTimestamp, serverTimestamp }: DataValue): ReportedValue {
  return {
    value: value.value,
    isSingle: value.dataType === DataType.Float,
    statusCode: statusCode.value,
    sourceTime: sourceTimestamp,
    serverTime: serverTimestamp,
  };
}
