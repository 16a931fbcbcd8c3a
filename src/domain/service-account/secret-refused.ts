import type { Component } from '../component/component.js';
import { type No, no } from '../verdict.js';
import { isWithin } from './network.js';
import type { ServiceSecret } from './service-secret.js';

/** Why a right secret opens nothing here, or undefined: the component's policy, the secret's components, its networks. */
export function secretRefused(
  { componentIds, networks }: ServiceSecret,
  component: Component,
  address: string,
): No | undefined {
  if (!component.serviceAccounts)
    return no('COMPONENT_REFUSED', { message: `Service accounts cannot sign in through ${component.name}.` });
  if (!componentIds.includes(component.id))
    return no('COMPONENT_REFUSED', { message: `This secret may not be used through ${component.name}.` });
  if (isWithin(networks, address)) return undefined;
  const from = address === 'unix' ? 'this host, 127.0.0.1' : address;
  return no('NETWORK_REFUSED', { message: `This secret may not be used from ${from}.` });
}
