import type { ServiceSecret as SecretMessage } from '../../../generated/sallyport/admin/v1/service_account.js';
import type { ServiceSecret } from '../../domain/service-account/service-secret.js';
import { toDate } from './date.js';

export const toServiceSecret = (secret: ServiceSecret): SecretMessage => ({
  secretId: secret.id,
  userId: secret.userId,
  componentIds: [...secret.componentIds],
  networks: [...secret.networks],
  createTime: new Date(secret.createdAt),
  expireTime: new Date(secret.expiresAt),
  lastUseTime: toDate(secret.lastUsedAt),
});
