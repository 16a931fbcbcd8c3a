type Plain = Date | Uint8Array | string | number | boolean | undefined;

/** A message of which every field may be left out. 64-bit integers may be given as numbers. */
export type DeepPartial<T> = T extends bigint
  ? bigint | number
  : T extends Plain
    ? T
    : T extends readonly (infer Item)[]
      ? readonly DeepPartial<Item>[]
      : T extends { $case: string; value: unknown }
        ? { $case: T['$case']; value: DeepPartial<T['value']> }
        : { [Field in keyof T]?: DeepPartial<T[Field]> | undefined };
