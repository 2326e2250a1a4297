import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { Access, RequestHeaders } from '../access/access.ts';
import type { PushConfig } from '../config/push-config.ts';
import { problem } from '../http/problem.ts';
import type { ConnectionSlots } from './connection-slots.ts';
import { type EventConnection, eventHeaders, openEventConnection } from './event-connection.ts';
import { type CutReason, readLastEventId } from './event-text.ts';
import type { Follower } from './stream-feed.ts';
import type { NamedFeed } from './stream-feeds.ts';

/** A request for the events of a stream, of somebody who may read it. */
export interface EventsAsked {
  readonly method: string;
  readonly headers: RequestHeaders;
  /** Of Node; undefined when there is no connection to push to. */
  readonly incoming: IncomingMessage | undefined;
  readonly outgoing: ServerResponse | undefined;
}

/** The request of a context, with its connection where it came by one. */
export function askedOf({ req, env }: Context): EventsAsked {
  const { incoming, outgoing } = (env ?? {}) as Partial<HttpBindings>;
  return { method: req.method, headers: req.raw.headers, incoming, outgoing };
}

export interface EventDoorSettings extends Pick<PushConfig, 'bufferBytesMax' | 'slowSeconds' | 'heartbeatSeconds'> {
  readonly slots: ConnectionSlots;
  readonly access: Pick<Access, 'recognise' | 'mayRead' | 'isPrivate'>;
  /** A clock that only rises. */
  readonly elapsedMs: () => number;
  readonly onRefused: (reason: string) => void;
  readonly onCut: (reason: CutReason) => void;
}

export interface EventDoor {
  answer(feed: NamedFeed, asked: EventsAsked): Response;
  /** To be called about once a second. */
  tick(): void;
  /** Somebody may no longer be let in: those of private streams are looked at again. */
  review(): void;
}

interface Open {
  readonly connection: EventConnection;
  readonly named: NamedFeed;
  readonly headers: RequestHeaders;
}

/** Opens connections that stay, and looks after them. */
export function createEventDoor(settings: EventDoorSettings): EventDoor {
  const { slots, access, elapsedMs, onRefused, onCut } = settings;
  const open = new Set<Open>();
  const connectionSettings = {
    bufferBytesMax: settings.bufferBytesMax,
    slowMs: settings.slowSeconds * 1_000,
    heartbeatMs: settings.heartbeatSeconds * 1_000,
    elapsedMs,
  };

  function refuse(response: Response, reason: string): Response {
    onRefused(reason);
    return response;
  }

  function follow(named: NamedFeed, next: number, headers: RequestHeaders, response: ServerResponse, free: () => void) {
    let follower: Follower | undefined;
    const connection = openEventConnection(response, next, connectionSettings, {
      onReady: () => follower?.ready(),
      onCut,
    });
    const opened: Open = { connection, named, headers };
    open.add(opened);
    response.on('close', () => {
      open.delete(opened);
      follower?.leave();
      free();
    });
    follower = named.feed.follow(connection, next);
  }

  async function reviewOne({ named: { organisation, stream }, headers, connection }: Open): Promise<void> {
    if (!access.isPrivate(organisation, stream)) return;
    const caller = await access.recognise(headers);
    if (caller.ok && access.mayRead(caller.value, organisation, stream) === 'allowed') return;
    connection.cut('access-ended');
  }

  return {
    answer(named, { method, headers, incoming, outgoing }) {
      const { feed, organisation, stream } = named;
      const wanted = readLastEventId(headers.get('last-event-id') ?? undefined);
      if (!wanted.ok) return refuse(badRequest(wanted.fault.detail), 'bad-event-id');
      const next = wanted.value ?? feed.head();
      const memberCount = feed.memberCount();
      if (next > memberCount) return refuse(badRequest(notGivenYet(next - 1, memberCount)), 'bad-event-id');
      const answerHeaders = eventHeaders(access.isPrivate(organisation, stream));
      // Nothing comes any more, and browsers stop asking when they are told so.
      if (feed.isClosed() && wanted.value === memberCount)
        return new Response(null, { status: 204, headers: answerHeaders });
      if (method === 'HEAD') return new Response(null, { headers: answerHeaders });
      if (incoming === undefined || outgoing === undefined) {
        return refuse(problem(501, 'Not implemented', 'there is no connection to push to'), 'no-connection');
      }
      const slot = slots.take(incoming.socket.remoteAddress ?? '');
      if (typeof slot === 'string') return refuse(full(slot), slot);
      outgoing.writeHead(200, answerHeaders);
      follow(named, next, headers, outgoing, slot);
      return RESPONSE_ALREADY_SENT;
    },
    tick() {
      for (const { connection } of open) connection.tick();
    },
    review() {
      for (const opened of open) void reviewOne(opened);
    },
  };
}

function badRequest(detail: string): Response {
  return problem(400, 'Bad request', detail);
}

function notGivenYet(ordinal: number, memberCount: number): string {
  return `this stream has not given ${ordinal} yet, it has ${memberCount} members: it is not the one that you followed, begin anew`;
}

const RETRY_LATER = { headers: { 'Retry-After': '30' } };

function full(reason: 'too-many-connections' | 'too-many-from-address'): Response {
  return reason === 'too-many-connections'
    ? problem(503, 'Not available now', 'as many readers follow as may (push.connectionsMax)', RETRY_LATER)
    : problem(
        429,
        'Too many requests',
        'as many connections are open from your address as may (push.connectionsPerAddressMax)',
        RETRY_LATER,
      );
}
