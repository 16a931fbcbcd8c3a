/** Milliseconds as a `google.protobuf.Duration`. */
export const toDuration = (milliseconds: number | undefined) =>
  milliseconds === undefined
    ? undefined
    : {
        seconds: BigInt(Math.trunc(milliseconds / 1000)),
        nanos: Math.trunc((milliseconds % 1000) * 1e6),
      };
