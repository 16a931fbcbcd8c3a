import { admits } from '../component/admits.js';
import { LOCAL } from '../component/built-in-components.js';
import type { Component } from '../component/component.js';
import type { ComponentReads } from '../component/component-store.js';
import { Refusal } from '../refusal.js';
import type { ReadStores } from '../stores.js';

type Doors = Pick<ReadStores, 'components' | 'policy'>;

/** Whether some component lets people in to administer. */
export async function isSomeDoorOpen({ components, policy }: Doors): Promise<boolean> {
  const { on } = await policy.get();
  const leadsIn = (component: Component): boolean => component.administration && admits(component, 'person', on);
  const local = await components.byId(LOCAL);
  // Whoever can open a listener on the host is served by it, without a key.
  if (local && leadsIn(local)) return true;
  for await (const component of eachOf(components))
    if (leadsIn(component) && (await components.keysOf(component.id)).length > 0) return true;
  return false;
}

/**
 * There is always a component that lets administrators in: after a change, inside its unit and under the shared row. Whoever
 * sits at the host could recover an administrator, but not a door.
 */
export async function mustLeaveDoor(stores: Doors, wasOpen: boolean): Promise<void> {
  if (wasOpen && !(await isSomeDoorOpen(stores)))
    throw new Refusal('LAST_ADMINISTRATOR', {
      message:
        'No component would let an administrator in. Leave `local` open, or first give a key to another component with ' +
        'administration that admits people.',
    });
}

const A_PAGE = 100;

async function* eachOf(components: ComponentReads): AsyncGenerator<Component> {
  let page: readonly Component[] = [];
  do {
    page = await components.list({ limit: A_PAGE, after: page.at(-1)?.name });
    yield* page;
  } while (page.length === A_PAGE);
}
