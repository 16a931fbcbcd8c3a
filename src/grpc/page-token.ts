import { createHash } from 'node:crypto';
import { PAGE_TOKEN_LIFE } from '../domain/key/key.js';
import type { Clock } from '../domain/ports.js';

/** Signs page tokens under a key from the key file. */
export interface PageMac {
  readonly sign: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (bytes: Uint8Array, mac: Uint8Array) => boolean;
}

const MAC = 32;

/** What a token is good for: the same question, by the same caller. */
export interface PageQuestion {
  readonly path: string;
  readonly callerId: string;
  /** The request without its page fields. */
  readonly query: unknown;
}

/** Page tokens nobody can read much from, write, or carry to another question or caller. Good for 24 hours. */
export interface PageTokens {
  readonly write: (question: PageQuestion, after: string) => string;
  /** Undefined when the token is not one of ours for this question. */
  readonly read: (question: PageQuestion, token: string) => string | undefined;
}

export function createPageTokens(mac: PageMac, clock: Clock): PageTokens {
  return {
    write: (question, after) => {
      const body = Buffer.from(JSON.stringify({ after, until: clock() + PAGE_TOKEN_LIFE, of: digest(question) }));
      return Buffer.concat([mac.sign(body), body]).toString('base64url');
    },
    read: (question, token) => {
      const bytes = Buffer.from(token, 'base64url');
      const body = bytes.subarray(MAC);
      // Node decodes leniently: only the one spelling that we wrote passes.
      if (bytes.length <= MAC || bytes.toString('base64url') !== token || !mac.verify(body, bytes.subarray(0, MAC)))
        return undefined;
      const { after, until, of } = JSON.parse(body.toString()) as { after: string; until: number; of: string };
      return until > clock() && of === digest(question) ? after : undefined;
    },
  };
}

const digest = ({ path, callerId, query }: PageQuestion): string =>
  createHash('sha256')
    .update(
      JSON.stringify([path, callerId, query], (_key, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
    )
    .digest('base64url');
