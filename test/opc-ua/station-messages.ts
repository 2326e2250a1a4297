export interface StationOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly pkiFolder: string;
  readonly namespaceUri: string;
  /** Registered first, so that the station's own namespace gets a higher index. */
  readonly namespacesBefore: readonly string[];
  readonly variables: readonly {
    readonly name: string;
    /** UNECE code as a number, and the text. */
    readonly unit?: { readonly unitId: number; readonly displayName: string };
  }[];
}

export interface StationValue {
  readonly name: string;
  readonly value: number;
  readonly status?: 'Good' | 'UncertainInitialValue' | 'BadSensorFailure';
  /** Source timestamp. */
  readonly time: number;
}

export type StationCommand =
  | { readonly kind: 'set'; readonly id: number; readonly values: readonly StationValue[] }
  | { readonly kind: 'remove'; readonly id: number; readonly name: string }
  /** Whole numbers one after the other, each when the one before was sampled, with that many seconds as their source timestamp. */
  | {
      readonly kind: 'ramp';
      readonly id: number;
      readonly names: readonly string[];
      readonly from: number;
      readonly to: number;
    }
  | { readonly kind: 'count'; readonly id: number };

export type StationReport =
  | { readonly kind: 'ready'; readonly port: number }
  /** `changes`: requests that write, call or change anything. */
  | { readonly kind: 'done'; readonly id: number; readonly changes: number; readonly sessions: number };
