import { Admin, Auth } from '../client/index.js';
import { word } from './cell.js';
import type { Codec } from './message-json.js';
import type { MessageType } from './output.js';

const admin = 'sallyport.admin.v1';
const auth = 'sallyport.auth.v1';

const type = <Message>(name: string, codec: Codec<Message>): MessageType<Message> => [name, codec];

/** The messages that commands show, by the name they have in the contract. */
export const types = {
  user: type(`${admin}.User`, Admin.User),
  createdUser: type(`${admin}.CreateUserResponse`, Admin.CreateUserResponse),
  resetPassword: type(`${admin}.ResetPasswordResponse`, Admin.ResetPasswordResponse),
  resetMfa: type(`${admin}.ResetMfaResponse`, Admin.ResetMfaResponse),
  enrollmentCode: type(`${admin}.CreateEnrollmentCodeResponse`, Admin.CreateEnrollmentCodeResponse),
  role: type(`${admin}.Role`, Admin.Role),
  group: type(`${admin}.Group`, Admin.Group),
  policy: type(`${admin}.MfaPolicy`, Admin.MfaPolicy),
  preview: type(`${admin}.MfaPreview`, Admin.MfaPreview),
  component: type(`${admin}.Component`, Admin.Component),
  componentKey: type(`${admin}.ComponentKey`, Admin.ComponentKey),
  createdKey: type(`${admin}.CreateComponentKeyResponse`, Admin.CreateComponentKeyResponse),
  serviceSecret: type(`${admin}.ServiceSecret`, Admin.ServiceSecret),
  createdSecret: type(`${admin}.CreateServiceSecretResponse`, Admin.CreateServiceSecretResponse),
  setServiceAccount: type(`${admin}.SetServiceAccountResponse`, Admin.SetServiceAccountResponse),
  factor: type(`${auth}.Factor`, Auth.Factor),
  session: type(`${auth}.Session`, Auth.Session),
  validated: type(`${auth}.ValidateSessionResponse`, Auth.ValidateSessionResponse),
  openedSession: type(`${auth}.OpenedSession`, Auth.OpenedSession),
  recoveryCodes: type(`${auth}.RegenerateRecoveryCodesResponse`, Auth.RegenerateRecoveryCodesResponse),
  ownEvent: type(`${auth}.OwnEvent`, Auth.OwnEvent),
  event: type(`${admin}.AuditEvent`, Admin.AuditEvent),
};

/** A method of proof for people: `totp`. */
export function methodWord(method: Auth.Method): string {
  return word('METHOD', Auth.methodToJSON(method));
}
