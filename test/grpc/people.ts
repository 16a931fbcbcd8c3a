import type { ActiveSession } from '../../src/domain/call.js';
import { BUILT_IN_COMPONENTS } from '../../src/domain/component/built-in-components.js';
import type { Component } from '../../src/domain/component/component.js';
import { DEFAULT_POLICY } from '../../src/domain/policy/default-policy.js';
import type { UserKind } from '../../src/domain/user/user.js';

export const NOW = Date.UTC(2031, 4, 6, 7, 8, 9);

/** A built-in component. */
export function component(id: string): Component {
  const found = BUILT_IN_COMPONENTS.find((each) => each.id === id);
  if (!found) throw new Error(`no component ${id}`);
  return { ...found, builtIn: true, createdAt: 0 };
}

interface Wish {
  readonly kind?: UserKind;
  readonly permissions?: readonly string[];
  /** The component that opened the session. */
  readonly through?: string;
}

/** A session that holds. */
export function activeSession({ kind = 'person', permissions = [], through = 'console' }: Wish = {}): ActiveSession {
  const user = {
    id: 'u1',
    name: 'acme\\ann',
    kind,
    state: 'active',
    securityVersion: 1,
    enrolledAt: NOW - 5000,
  } as const;
  const session = {
    id: 's1',
    userId: user.id,
    componentId: through,
    kind,
    token: { keyId: 'k', digest: new Uint8Array(32) },
    securityVersion: 1,
    createdAt: NOW - 4000,
    expiresAt: NOW + 3_600_000,
    lastSeenAt: NOW,
    passwordAt: NOW - 4000,
    secondFactor: { kind: 'totp', at: NOW - 3000, enrolledAt: NOW - 5000 },
    provedAt: NOW - 3000,
    byRecoveryCode: false,
    enrollmentCodeId: undefined,
    serviceSecretId: undefined,
    address: '192.0.2.7',
    description: 'desk',
  } as unknown as ActiveSession['session'];
  const policy = { ...DEFAULT_POLICY, switchedOnAt: 0, updatedAt: 0 };
  return {
    session,
    user,
    roleIds: ['r1'],
    permissions: new Set(permissions),
    component: component(through),
    policy,
    expiresAt: NOW + 1_800_000,
  };
}
