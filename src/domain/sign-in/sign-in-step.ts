import type { FactorKind } from '../factor/factor.js';
import type { OpenedSession } from '../session/open-session.js';

/** A factor that a challenge offers. Without `retryAt` an unusable one is suspended. */
export interface ChallengeFactor {
  readonly factorId: string;
  readonly kind: FactorKind | 'recovery-code';
  readonly label: string;
  readonly usable: boolean;
  readonly retryAt: number | undefined;
}

interface Stage {
  readonly token: string;
  readonly expiresAt: number;
}

/** What comes next in a sign-in: exactly one of these, each with a new token for exactly that stage. */
export type SignInStep =
  | { readonly next: 'session'; readonly opened: OpenedSession }
  | ({ readonly next: 'challenge'; readonly factors: readonly ChallengeFactor[] } & Stage)
  | ({ readonly next: 'password_change'; readonly minimumLength: number } & Stage)
  | ({ readonly next: 'enrollment'; readonly codeRequired: boolean } & Stage);

/** The session that a step opened, if it did. */
export const openedId = (step: SignInStep): string | undefined =>
  step.next === 'session' ? step.opened.session.id : undefined;
