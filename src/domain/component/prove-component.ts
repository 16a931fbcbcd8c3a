import type { TokenHashes } from '../ports.js';
import type { CommittedReads } from '../stores.js';
import { parseToken } from '../token.js';
import { LOCAL } from './built-in-components.js';
import type { Component } from './component.js';

/** What a call brings to prove which component it comes from. */
export type ComponentCredential =
  | { readonly by: 'key'; readonly key: string }
  /** SHA-256 of the client certificate that TLS verified. */
  | { readonly by: 'certificate'; readonly sha256: Uint8Array }
  /** Nothing, through a door that serves this host only. */
  | { readonly by: 'local' };

interface Needs {
  readonly reads: CommittedReads;
  readonly tokenHashes: TokenHashes;
}

/** The component a credential proves, from committed state; undefined when it proves none. Proved, never claimed. */
export function proveComponent({ reads, tokenHashes }: Needs) {
  return (credential: ComponentCredential, deadline?: number): Promise<Component | undefined> => {
    if (credential.by === 'local') return reads(({ components }) => components.byId(LOCAL), { deadline });
    if (credential.by === 'certificate')
      return reads(({ components }) => components.byCertificate(credential.sha256), { deadline });
    return byKey(credential.key, deadline);
  };

  async function byKey(text: string, deadline: number | undefined): Promise<Component | undefined> {
    const token = parseToken('component-key', text);
    const found = token && (await reads(({ components }) => components.byKeyId(token.id), { deadline }));
    if (!token || !found?.key.secret) return undefined;
    const binding = { rowId: token.id, ownerId: found.component.id };
    return tokenHashes.matches('component-key', binding, token.secret, found.key.secret) ? found.component : undefined;
  }
}
