import type { Component } from './component.js';

type BuiltInComponent = Omit<Component, 'builtIn' | 'createdAt'>;

/** Served without a key, through a unix socket or plaintext loopback; it never has one. */
export const LOCAL = 'local';

const people = (
  id: string,
  name: string,
  description: string,
  serviceAccounts: boolean,
  administration: boolean,
): BuiltInComponent => ({
  id,
  name,
  description,
  people: 'always',
  serviceAccounts,
  administration,
});

const machines = (id: string, name: string, description: string): BuiltInComponent => ({
  id,
  name,
  description,
  people: 'without-mfa',
  serviceAccounts: true,
  administration: false,
});

/** The components of every installation. Their policies can be changed; they cannot be renamed or removed. */
export const BUILT_IN_COMPONENTS: readonly BuiltInComponent[] = [
  people(LOCAL, 'local', 'Callers on this host, through the unix socket or plaintext loopback.', true, true),
  people('console', 'console', 'The backup console.', false, true),
  people('web-ui', 'web-ui', 'The web interface.', false, true),
  people('explorer', 'explorer', 'Item restore tools started from the console.', false, false),
  people('config-restore', 'config-restore', 'Restoring the configuration database.', true, false),
  people('console-upgrade', 'console-upgrade', 'Upgrading a remote console.', true, false),
  machines('shell', 'shell', 'The scripting shell.'),
  machines('rest-api', 'rest-api', 'The REST gateway.'),
  machines('enterprise-manager', 'enterprise-manager', 'The federation server.'),
  machines('monitoring-agent', 'monitoring-agent', 'The monitoring agent.'),
  machines('validator', 'validator', 'The backup validator.'),
  machines('service-provider-console', 'service-provider-console', "A service provider's console."),
];
