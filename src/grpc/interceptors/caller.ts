import { type ActiveSession, type Call, type Caller, remembered } from '../../domain/call.js';
import type { Component } from '../../domain/component/component.js';
import type { ComponentCredential } from '../../domain/component/prove-component.js';
import { Refusal } from '../../domain/refusal.js';
import type { ReadActiveSession } from '../../domain/session/read-active-session.js';
import { ACCESS, type Access } from '../access.js';
import type { Handler, Incoming, Interceptor } from '../incoming.js';

export const COMPONENT_KEY = 'sallyport-component-key';

interface Needs {
  readonly proveComponent: (credential: ComponentCredential, deadline?: number) => Promise<Component | undefined>;
  readonly readActiveSession: ReadActiveSession;
}

/** Finds out who calls: component, session, kind, right of administration, permission, in this order (access table). */
export function callerInterceptor(needs: Needs): Interceptor {
  return (next: Handler, path: string): Handler => {
    const access = ACCESS.get(path);
    if (!access) throw new Error(`no access entry for ${path}`);
    if (access.needs === 'nothing') return next;
    return async (incoming, request) => {
      await admit(needs, incoming, access);
      return next(incoming, request);
    };
  };
}

async function admit(needs: Needs, incoming: Incoming, access: Access): Promise<void> {
  const component = await componentOf(needs, incoming);
  const call: Call = {
    requestId: incoming.requestId,
    rpc: incoming.path,
    component,
    address: incoming.address,
    peer: incoming.address,
    description: '',
    deadline: incoming.deadline,
  };
  incoming.call = call;
  if (access.needs === 'component') return;
  const active = await sessionOf(needs, incoming, component, access);
  if (!active) return;
  const caller: Caller = { ...remembered(call, active.session), active };
  incoming.call = caller;
  mustBeOfKind(caller, access);
  if (access.needs === 'permission') mustBeAllowed(caller, access);
}

async function componentOf(
  { proveComponent }: Needs,
  { metadata, certificate, door, deadline }: Incoming,
): Promise<Component> {
  const keys = metadata.get(COMPONENT_KEY);
  const credential = credentialOf(keys, certificate, door.local);
  const component = credential && (await proveComponent(credential, deadline));
  if (!component) throw new Refusal('COMPONENT_REQUIRED');
  return component;
}

// Doubled is as bad as wrong: nobody should have to guess which one we looked at.
function credentialOf(
  keys: readonly unknown[],
  certificate: Uint8Array | undefined,
  local: boolean,
): ComponentCredential | undefined {
  if (keys.length + (certificate ? 1 : 0) > 1) return undefined;
  if (certificate) return { by: 'certificate', sha256: certificate };
  if (keys.length === 1) return { by: 'key', key: String(keys[0]) };
  return local ? { by: 'local' } : undefined;
}

async function sessionOf(
  needs: Needs,
  incoming: Incoming,
  component: Component,
  access: Access,
): Promise<ActiveSession | undefined> {
  const values = incoming.metadata.get('authorization');
  if (values.length === 0 && access.needs === 'sign-in-or-session') return undefined;
  const token = values.length === 1 ? /^bearer (\S+)$/i.exec(String(values[0]))?.[1] : undefined;
  const active =
    token === undefined ? undefined : await needs.readActiveSession({ token, deadline: incoming.deadline });
  // As the caller's own, a session belongs to the component that opened it.
  if (active?.session.componentId !== component.id) throw new Refusal('SESSION_REQUIRED');
  return active;
}

function mustBeOfKind({ active }: Caller, access: Access): void {
  const anybody = 'serviceAccounts' in access && access.serviceAccounts;
  if (active.user.kind !== 'person' && !anybody) throw new Refusal('SERVICE_ACCOUNT_REFUSED');
}

function mustBeAllowed({ active }: Caller, access: Access & { needs: 'permission' }): void {
  if (!active.component.administration && access.anyComponent !== true) {
    throw new Refusal('COMPONENT_REFUSED', {
      message: `No administration through ${active.component.name}. Use the console or web UI.`,
    });
  }
  if (active.permissions.has(access.permission)) return;
  throw new Refusal('PERMISSION_MISSING', {
    message: `You lack the permission ${access.permission}.`,
    metadata: { permission: access.permission },
  });
}
