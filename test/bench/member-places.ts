import { type BucketedView, bucketKey, formatViewPath, type ObservationFacts } from '@meetbrug/protocols/ldes';

/**
 * On which page of a view each member comes to stand. Told of all members in the order of the log, it counts them by
 * bucket, as the cloud must.
 */
export class MemberPlaces {
  readonly #view: BucketedView;
  readonly #counts = new Map<string, number>();

  constructor(view: BucketedView) {
    this.#view = view;
  }

  /** The path below the view's root of the page that the next member stands on. */
  add(facts: ObservationFacts): string {
    const { generation, key } = bucketKey(this.#view, facts);
    const bucket = [...generation, ...key].join('/');
    const count = this.#counts.get(bucket) ?? 0;
    this.#counts.set(bucket, count + 1);
    const node = { level: 0, index: Math.floor(count / this.#view.pageSize) };
    return formatViewPath({ kind: 'node', generation, key, node });
  }
}
