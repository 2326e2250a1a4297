import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualTime } from '../testing/manual-time.ts';
import { paceAnswers } from './pace-answers.ts';

describe('the pace of answers', () => {
  it('holds back nothing of a sender that keeps to its rate', () => {
    const time = manualTime();
    const pace = paceAnswers(100, time.scheduler, time.nowMs);
    let answeredCount = 0;
    for (let message = 1; message <= 1_000; message += 1) {
      pace.answer(() => {
        answeredCount += 1;
      });
      expect(answeredCount).toBe(message);
      time.pass(10);
    }
  });

  it('answers everything once, in order, and no more in any time than a second of it in advance', () => {
    const bursts = fc.array(fc.record({ count: fc.nat(60), pauseMs: fc.nat(800) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), bursts, (perSecondMax, given) => {
        const time = manualTime();
        const pace = paceAnswers(perSecondMax, time.scheduler, time.nowMs);
        const answers: { message: number; ms: number }[] = [];
        let messageCount = 0;
        for (const { count, pauseMs } of given) {
          for (let index = 0; index < count; index += 1) {
            const message = messageCount++;
            pace.answer(() => answers.push({ message, ms: time.nowMs() }));
          }
          time.pass(pauseMs);
        }
        time.pass((messageCount / perSecondMax) * 1_000);
        expect(answers.map(({ message }) => message)).toEqual(
          Array.from({ length: messageCount }, (_, index) => index),
        );
        answers.forEach(({ ms }, index) => {
          expect(index + 1).toBeLessThanOrEqual(((ms + 1_000) / 1_000) * perSecondMax + 1e-6);
        });
      }),
      { seed: 44, numRuns: 60 },
    );
  });

  it('answers what waits when the sender has gone, and everything after that at once', () => {
    const time = manualTime();
    const pace = paceAnswers(10, time.scheduler, time.nowMs);
    let answeredCount = 0;
    const done = () => {
      answeredCount += 1;
    };
    for (let message = 0; message < 30; message += 1) pace.answer(done);
    expect(answeredCount).toBe(10);
    pace.end();
    expect(answeredCount).toBe(30);
    pace.answer(done);
    expect(answeredCount).toBe(31);
    time.pass(60_000);
    expect(answeredCount).toBe(31);
  });
});
