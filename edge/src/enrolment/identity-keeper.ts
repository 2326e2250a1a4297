import type { X509Certificate } from 'node:crypto';
import { X509Certificate as Certificate } from 'node:crypto';
import type { Fault, Result } from '@meetbrug/protocols/result';
import type { GatewayIdentity } from './gateway-identity.ts';
import type { IdentityFiles } from './identity-files.ts';
import { renewalDueMs, renewIdentity } from './renew-identity.ts';
import { type TimeBounds, timeBounds } from './time-bounds.ts';
import { verifyServer } from './verify-server.ts';

export interface IdentityKeeperOptions {
  readonly identity: GatewayIdentity;
  readonly files: IdentityFiles;
  readonly enrolUrl: string;
  readonly nowMs: () => number;
  readonly isSynchronised: () => boolean | undefined;
  readonly onRenewed: (untilMs: number) => void;
  readonly onRenewalFailed: (fault: Fault, untilMs: number) => void;
  /** How often it is looked whether the renewal is due. */
  readonly checkEveryMs: number;
}

/** The identity of a running gateway: who it is now, who the cloud must be, and the renewal in time. */
export interface IdentityKeeper {
  /** The present one: ask again for every connection. */
  current(): GatewayIdentity;
  /** Whether a server is the cloud. */
  judge(certificate: X509Certificate | undefined, host: string): Result<unknown, Fault>;
  /** Renews now if it is due. */
  renewIfDue(): Promise<void>;
  /**
   * The cloud closed a connection without a welcome. A gateway that does not know the time then renews, because its
   * certificate may have expired; after a success not again until it was welcome.
   */
  turnedAway(): Promise<void>;
  welcomed(): void;
  stop(): void;
}

export function keepIdentity(options: IdentityKeeperOptions): IdentityKeeper {
  const { files, nowMs } = options;
  let identity = options.identity;
  let authority = new Certificate(identity.authorityPem);
  let renewing = false;
  /** Renewed, and not welcomed since. */
  let renewedUnwelcome = false;

  const time = (): TimeBounds =>
    timeBounds({ systemMs: nowMs(), floorMs: files.clockFloorMs(), isSynchronised: options.isSynchronised() });

  const renew = async (bounds: TimeBounds) => {
    if (renewing) return;
    renewing = true;
    renewedUnwelcome = false;
    try {
      const renewed = await renewIdentity({ identity, files, enrolUrl: options.enrolUrl, time: bounds });
      if (renewed.ok) {
        identity = renewed.value;
        authority = new Certificate(identity.authorityPem);
        renewedUnwelcome = true;
        options.onRenewed(endMs(identity));
      } else options.onRenewalFailed(renewed.fault, endMs(identity));
    } catch (error) {
      // The disk refused: the present certificate goes on, and the next round tries again.
      options.onRenewalFailed({ code: 'not-kept', detail: (error as Error).message }, endMs(identity));
    } finally {
      renewing = false;
    }
  };

  const renewIfDue = async () => {
    const bounds = time();
    if (bounds.earliestMs >= renewalDueMs(identity)) await renew(bounds);
  };

  const timer = setInterval(() => void renewIfDue(), options.checkEveryMs);
  void renewIfDue();

  return {
    current: () => identity,
    judge(certificate, host) {
      if (certificate === undefined) return { ok: false, fault: { code: 'not-a-server', detail: 'no certificate' } };
      const verdict = verifyServer({ certificate, authority, host, time: time() });
      if (verdict.ok) files.raiseClockFloor(verdict.value);
      return verdict;
    },
    renewIfDue,
    async turnedAway() {
      const bounds = time();
      if (bounds.latestMs === undefined && !renewedUnwelcome) await renew(bounds);
    },
    welcomed() {
      renewedUnwelcome = false;
    },
    stop: () => clearInterval(timer),
  };
}

function endMs({ certificatePem }: GatewayIdentity): number {
  return new Certificate(certificatePem).validToDate.getTime();
}
