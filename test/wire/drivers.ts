import type { Tool } from '../support/foreign.js';
import type { OpenDriver } from './driver.js';
import { go } from './go.js';
import { grpcurl } from './grpcurl.js';
import { python } from './python.js';

interface ForeignClient {
  readonly name: string;
  readonly open: OpenDriver;
  readonly tools: readonly Tool[];
}

/** Every client that nobody here wrote, with what must be installed for it. */
export const DRIVERS: readonly ForeignClient[] = [
  { name: 'grpcurl', open: grpcurl, tools: ['grpcurl', 'oathtool'] },
  { name: 'Python', open: python, tools: ['python grpcio', 'oathtool'] },
  { name: 'Go', open: go, tools: ['go', 'protoc-gen-go', 'protoc-gen-go-grpc', 'oathtool'] },
];
