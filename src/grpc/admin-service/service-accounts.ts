import type * as messages from '../../../generated/sallyport/admin/v1/service_account.js';
import { parseNetwork } from '../../domain/service-account/network.js';
import { callerOf } from '../callers.js';
import { toServiceSecret } from '../convert/service-secret.js';
import { KIND_BY_NUMBER } from '../convert/session.js';
import { toUser } from '../convert/user.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf } from './which.js';

const MOST_COMPONENTS = 50;
const MOST_NETWORKS = 100;
const LONGEST_REASON = 500;

export const serviceAccountMethods = (operations: AdminOperations): AdminHandlers => ({
  setServiceAccount: async (
    incoming: Incoming,
    request: messages.SetServiceAccountRequest,
  ): Promise<messages.SetServiceAccountResponse> => {
    const fields = new Fields();
    const asked = kindChangeOf(fields, request);
    fields.check();
    const { view, oneTimePassword, enrollmentCode } = await operations.setServiceAccount(callerOf(incoming), asked);
    return {
      user: toUser(view, operations.clock()),
      oneTimePassword: oneTimePassword ?? '',
      enrollmentCode: enrollmentCode ?? '',
    };
  },

  createServiceSecret: async (
    incoming: Incoming,
    request: messages.CreateServiceSecretRequest,
  ): Promise<messages.CreateServiceSecretResponse> => {
    const fields = new Fields();
    const asked = {
      userId: fields.id('user_id', request.userId),
      componentIds: componentsOf(fields, request.componentIds),
      networks: networksOf(fields, request.networks),
      expiresAt: fields.time('expire_time', request.expireTime),
    };
    fields.check();
    const { secret, token } = await operations.createServiceSecret(callerOf(incoming), asked);
    return { serviceSecret: toServiceSecret(secret), secret: token };
  },

  listServiceSecrets: async (
    incoming: Incoming,
    { userId }: messages.ListServiceSecretsRequest,
  ): Promise<messages.ListServiceSecretsResponse> => {
    const secrets = await operations.listServiceSecrets(callerOf(incoming), idOf('user_id', userId));
    return { serviceSecrets: secrets.map(toServiceSecret) };
  },

  revokeServiceSecret: async (
    incoming: Incoming,
    { secretId }: messages.RevokeServiceSecretRequest,
  ): Promise<messages.RevokeServiceSecretResponse> => {
    await operations.revokeServiceSecret(callerOf(incoming), idOf('secret_id', secretId));
    return {};
  },
});

function kindChangeOf(fields: Fields, request: messages.SetServiceAccountRequest) {
  const kind = fields.oneOf('kind', request.kind, KIND_BY_NUMBER) ?? 'person';
  const userId = fields.id('user_id', request.userId);
  const reason = fields.name('reason', request.reason, LONGEST_REASON);
  const endsAt = fields.time('end_time', request.endTime);
  if (kind === 'service-account')
    return { kind, userId, reason, endsAt, ownerId: fields.id('owner_user_id', request.ownerUserId) };
  if (request.ownerUserId !== '') fields.refuse('owner_user_id', 'Leave it empty: people answer for themselves.');
  if (endsAt !== undefined) fields.refuse('end_time', 'Leave it out: people have no end.');
  return { kind, userId, reason, endsAt: undefined, ownerId: undefined };
}

function componentsOf(fields: Fields, ids: readonly string[]): readonly string[] {
  if (ids.length === 0 || ids.length > MOST_COMPONENTS)
    fields.refuse('component_ids', `Name 1 to ${MOST_COMPONENTS} components.`);
  return [...new Set(ids.slice(0, MOST_COMPONENTS).map((id, index) => fields.id(`component_ids[${index}]`, id)))];
}

function networksOf(fields: Fields, texts: readonly string[]): readonly string[] {
  if (texts.length === 0 || texts.length > MOST_NETWORKS)
    fields.refuse('networks', `Name 1 to ${MOST_NETWORKS} networks; 0.0.0.0/0 and ::/0 are all there are.`);
  const networks = texts.slice(0, MOST_NETWORKS).map((text, index) => {
    const network = parseNetwork(text);
    if (typeof network === 'string') fields.refuse(`networks[${index}]`, network);
    return text.toLowerCase();
  });
  return [...new Set(networks)];
}
