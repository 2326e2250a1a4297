/** One InfluxDB database that the observations go to. */
export type InfluxTarget = {
  readonly name: string;
  /** Address of the server, without a path. */
  readonly url: string;
  readonly timeoutMs: number;
  /** Observations that one request writes at most. */
  readonly batchRows: number;
  /** Wait after a request that failed; what is committed meanwhile waits in the log. */
  readonly retryAfterMs: number;
} & (
  | {
      readonly version: 1;
      readonly database: string;
      readonly retentionPolicy?: string;
      readonly login?: { readonly username: string; readonly password: string };
    }
  | { readonly version: 2; readonly organisation: string; readonly bucket: string; readonly token: string }
  | { readonly version: 3; readonly database: string; readonly token?: string }
);

/** Where requests go, and what they carry. */
export interface InfluxRequests {
  /** Path and query of a write of line protocol, times in milliseconds. */
  readonly writePath: string;
  /** Parameters of an InfluxQL query, next to the query itself. */
  readonly queryParameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * 1.x takes line protocol on `/write`, 2.x and 3 on `/api/v2/write`; all three answer InfluxQL on `/query`, where 2.x finds
 * a bucket under its own name.
 */
export function influxRequests(target: InfluxTarget): InfluxRequests {
  switch (target.version) {
    case 1: {
      const { database, retentionPolicy, login } = target;
      const place = { db: database, ...(retentionPolicy === undefined ? {} : { rp: retentionPolicy }) };
      const credentials = login && Buffer.from(`${login.username}:${login.password}`).toString('base64');
      return {
        writePath: `/write?${new URLSearchParams({ ...place, precision: 'ms' })}`,
        queryParameters: { ...place, epoch: 'ms' },
        headers: credentials === undefined ? {} : { authorization: `Basic ${credentials}` },
      };
    }
    case 2:
      return apiV2(target.organisation, target.bucket, target.token);
    case 3:
      // Version 3 has no organisations, and lets the parameter pass.
      return apiV2('', target.database, target.token);
  }
}

function apiV2(org: string, bucket: string, token: string | undefined): InfluxRequests {
  return {
    writePath: `/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'ms' })}`,
    queryParameters: { db: bucket, epoch: 'ms' },
    headers: token === undefined ? {} : { authorization: `Token ${token}` },
  };
}
