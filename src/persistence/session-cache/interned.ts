import type { SessionStanding } from '../../domain/session/session-store.js';

/** What many standings say alike is kept once: policy, component and roles are most of what a standing weighs. */
export function createInterned() {
  const known = new Map<string, unknown>();
  const once = <T>(value: T): T => {
    const text = JSON.stringify(value);
    if (!known.has(text)) known.set(text, value);
    return known.get(text) as T;
  };
  return {
    within: (standing: SessionStanding): SessionStanding => ({
      ...standing,
      roles: once(standing.roles),
      component: standing.component && once(standing.component),
      policy: once(standing.policy),
    }),
    clear: (): void => known.clear(),
  };
}
