import type { FollowProgress } from './follow-progress.ts';

/** How far a feed has come, in one line for a terminal. */
export function progressLine(progress: FollowProgress, membersPerSecond: number): string {
  const { members, requests, waiting, open, read } = progress;
  const { created, known, conflict, refused } = members;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  const besides = Object.entries({ known, 'in conflict': conflict, refused }).flatMap(([what, value]) =>
    value > 0 ? [`${count(value)} ${what}`] : [],
  );
  const failed = requests.failed > 0 ? [`${count(requests.failed)} requests failed`] : [];
  return [
    [`${count(created)} members`, ...(besides.length > 0 ? [`(${besides.join(', ')})`] : [])].join(' '),
    `${count(membersPerSecond)} a second`,
    `pages: ${count(read)} read, ${count(open)} open, ${count(waiting)} waiting`,
    ...failed,
    ...(progress.caughtUp ? ['caught up'] : []),
  ].join('; ');
}
