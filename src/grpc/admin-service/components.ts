import type * as messages from '../../../generated/sallyport/admin/v1/component.js';
import { callerOf } from '../callers.js';
import { ACCESS_BY_NUMBER, toComponent, toComponentKey } from '../convert/named.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf, whichOf } from './which.js';

const UPDATABLE = ['name', 'description', 'people', 'service_accounts', 'administration'];

export const componentMethods = (operations: AdminOperations): AdminHandlers => ({
  listComponents: async (
    incoming: Incoming,
    request: messages.ListComponentsRequest,
  ): Promise<messages.ListComponentsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const { items, nextPageToken } = list.answer(
      await operations.listComponents(caller, list.page),
      ({ name }) => name,
      toComponent,
    );
    return { components: items, nextPageToken };
  },

  getComponent: async (
    incoming: Incoming,
    { component }: messages.GetComponentRequest,
  ): Promise<messages.GetComponentResponse> => ({
    component: toComponent(await operations.getComponent(callerOf(incoming), whichOf('component', component))),
  }),

  createComponent: async (
    incoming: Incoming,
    request: messages.CreateComponentRequest,
  ): Promise<messages.CreateComponentResponse> => {
    const fields = new Fields();
    const component = {
      name: fields.name('name', request.name, 64),
      description: fields.text('description', request.description, 500),
      people: fields.oneOf('people', request.people, ACCESS_BY_NUMBER) ?? 'never',
      serviceAccounts: request.serviceAccounts,
      administration: request.administration,
    };
    fields.check();
    return { component: toComponent(await operations.createComponent(callerOf(incoming), component)) };
  },

  updateComponent: async (
    incoming: Incoming,
    request: messages.UpdateComponentRequest,
  ): Promise<messages.UpdateComponentResponse> => {
    const fields = new Fields();
    const id = fields.id('component_id', request.componentId);
    const change = changeOf(fields, request);
    fields.check();
    return { component: toComponent(await operations.updateComponent(callerOf(incoming), id, change)) };
  },

  deleteComponent: async (
    incoming: Incoming,
    { componentId }: messages.DeleteComponentRequest,
  ): Promise<messages.DeleteComponentResponse> => {
    await operations.deleteComponent(callerOf(incoming), idOf('component_id', componentId));
    return {};
  },

  createComponentKey: async (
    incoming: Incoming,
    request: messages.CreateComponentKeyRequest,
  ): Promise<messages.CreateComponentKeyResponse> => {
    const fields = new Fields();
    const componentId = fields.id('component_id', request.componentId);
    const certificate = certificateOf(fields, request.certificateSha256);
    fields.check();
    const { key, secret } = await operations.createComponentKey(callerOf(incoming), componentId, certificate);
    return { key: toComponentKey(key), componentKey: secret ?? '' };
  },

  listComponentKeys: async (
    incoming: Incoming,
    { componentId }: messages.ListComponentKeysRequest,
  ): Promise<messages.ListComponentKeysResponse> => {
    const keys = await operations.listComponentKeys(callerOf(incoming), idOf('component_id', componentId));
    return { keys: keys.map(toComponentKey) };
  },

  revokeComponentKey: async (
    incoming: Incoming,
    { keyId }: messages.RevokeComponentKeyRequest,
  ): Promise<messages.RevokeComponentKeyResponse> => {
    await operations.revokeComponentKey(callerOf(incoming), idOf('key_id', keyId));
    return {};
  },
});

function changeOf(fields: Fields, { component, updateMask }: messages.UpdateComponentRequest) {
  const mask = fields.mask('update_mask', updateMask, UPDATABLE);
  fields.present('component', component);
  return {
    ...(mask.has('name') ? { name: fields.name('component.name', component?.name ?? '', 64) } : {}),
    ...(mask.has('description')
      ? { description: fields.text('component.description', component?.description ?? '', 500) }
      : {}),
    ...(mask.has('people')
      ? { people: fields.oneOf('component.people', component?.people ?? 0, ACCESS_BY_NUMBER) ?? 'never' }
      : {}),
    ...(mask.has('service_accounts') ? { serviceAccounts: component?.serviceAccounts ?? false } : {}),
    ...(mask.has('administration') ? { administration: component?.administration ?? false } : {}),
  };
}

function certificateOf(fields: Fields, text: string): Uint8Array | undefined {
  if (text === '') return undefined;
  const hex = text.replaceAll(':', '');
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) fields.refuse('certificate_sha256', 'Must be a SHA-256: 64 hexadecimal digits.');
  return Buffer.from(hex, 'hex');
}
