import type { LogProjection } from './project-log.ts';
import type { TargetState } from './projection-messages.ts';

/** Keeps one target behind the log until it is stopped. */
export interface LogFollower {
  /** Something was committed. */
  wake(): void;
  /** Resolves when the request that is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Steps while there is something to write, waits for a wake when there is not, and for a while after a fault: then the
 * same batch goes again, however long the target is away.
 * @param onState told when a step ended the work at hand, and at each fault
 */
export function followLog(
  projection: LogProjection,
  retryAfterMs: number,
  onState: (state: Omit<TargetState, 'target'>) => void,
): LogFollower {
  let isStopped = false;
  let isWoken = true;
  let rouse: () => void = () => undefined;

  const rest = (timeoutMs: number | undefined) =>
    new Promise<void>((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
      rouse = () => {
        // A wake does not shorten the wait after a fault; a stop does.
        if (timeoutMs !== undefined && !isStopped) return;
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async () => {
    while (!isStopped) {
      isWoken = false;
      const stepped = await projection.step();
      if (!stepped.ok) {
        onState({ behind: projection.behind(), fault: stepped.fault.detail });
        if (!isStopped) await rest(retryAfterMs);
      } else if (stepped.value === 'nothing') {
        onState({ behind: 0, fault: undefined });
        if (!isWoken && !isStopped) await rest(undefined);
      }
    }
  };
  const ended = run();
  return {
    wake() {
      isWoken = true;
      rouse();
    },
    stop() {
      isStopped = true;
      rouse();
      return ended;
    },
  };
}
