import type { RefusalDetails } from '../refusal.js';
import type { UserKind } from '../user/user.js';
import { type No, no } from '../verdict.js';
import type { Component } from './component.js';

/** Whether a session of this kind may be opened, or go on, through a component. `mfa` says whether MFA applies to the user. */
export function admits(component: Component, kind: UserKind, mfa: boolean): boolean {
  if (kind === 'service-account') return component.serviceAccounts;
  return component.people === 'always' || (component.people === 'without-mfa' && !mfa);
}

/** Why a person may not come through this component, or undefined. */
export function personRefused(component: Component, mfa: boolean): No | undefined {
  if (admits(component, 'person', mfa)) return undefined;
  return component.people === 'without-mfa' ? no('MFA_REQUIRED', mfaRequired(component)) : no('COMPONENT_REFUSED');
}

const mfaRequired = (component: Component): RefusalDetails => ({
  message:
    `People cannot sign in through ${component.name} while multi-factor authentication is on. ` +
    'Sign in through the console or web UI, or use a service account here.',
});
