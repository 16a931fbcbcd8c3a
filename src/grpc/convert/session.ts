import {
  type ProvedMethod,
  type Session as SessionMessage,
  UserKind,
} from '../../../generated/sallyport/auth/v1/session.js';
import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { Session } from '../../domain/session/session.js';
import { sessionEnd } from '../../domain/session/session-end.js';
import type { UserKind as Kind } from '../../domain/user/user.js';
import { toMethod } from './factor.js';

export const toUserKind = (kind: Kind): UserKind =>
  kind === 'person' ? UserKind.USER_KIND_PERSON : UserKind.USER_KIND_SERVICE_ACCOUNT;

export const KIND_BY_NUMBER: ReadonlyMap<number, Kind> = new Map([
  [UserKind.USER_KIND_PERSON, 'person'],
  [UserKind.USER_KIND_SERVICE_ACCOUNT, 'service-account'],
]);

/** What was proved in a session, and when. */
export function toMethods({ passwordAt, secondFactor, serviceSecretId, provedAt }: Session): ProvedMethod[] {
  const methods: ProvedMethod[] = [];
  if (passwordAt !== undefined) methods.push({ method: toMethod('password'), proveTime: new Date(passwordAt) });
  if (secondFactor) methods.push({ method: toMethod(secondFactor.kind), proveTime: new Date(secondFactor.at) });
  if (serviceSecretId !== undefined)
    methods.push({ method: toMethod('service-secret'), proveTime: new Date(provedAt) });
  return methods;
}

export const toSession = (session: Session, policy: MfaPolicy, currentId: string): SessionMessage => ({
  sessionId: session.id,
  userId: session.userId,
  componentId: session.componentId,
  createTime: new Date(session.createdAt),
  lastSeenTime: new Date(session.lastSeenAt),
  expireTime: new Date(sessionEnd(session, session.lastSeenAt, policy)),
  methods: toMethods(session),
  address: session.address,
  description: session.description,
  current: session.id === currentId,
});
