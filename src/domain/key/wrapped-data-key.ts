/** A data key under the wrap key of the key file. */
export interface WrappedDataKey {
  readonly id: string;
  readonly wrappingKeyId: string;
  readonly wrapped: Uint8Array;
  readonly createdAt: number;
}
