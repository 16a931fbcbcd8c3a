import { status } from '@grpc/grpc-js';

/** The name of a gRPC status. */
export type StatusName = keyof typeof status;

/** Names a status code; one that gRPC does not know is UNKNOWN. */
export function statusName(code: number): StatusName {
  return (status[code] as StatusName | undefined) ?? 'UNKNOWN';
}
