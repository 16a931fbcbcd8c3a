import { BACKUP_ADMINISTRATOR, OWN_PERMISSIONS, PRODUCT_RIGHTS, UNGUARDED_PERMISSIONS } from './permissions.js';
import type { Role } from './role.js';

type BuiltInRole = Pick<Role, 'id' | 'name' | 'description' | 'permissions'>;

/** The seven roles of every installation. Guarded permissions live in the first one only. */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  {
    id: BACKUP_ADMINISTRATOR,
    name: 'Backup Administrator',
    description: 'Everything, the management of multi-factor authentication included.',
    permissions: [...OWN_PERMISSIONS, ...PRODUCT_RIGHTS],
  },
  {
    id: 'security-administrator',
    name: 'Security Administrator',
    description: 'Sees everything here, manages stored credentials, approves four-eyes requests.',
    permissions: [
      ...UNGUARDED_PERMISSIONS.filter((name) => name.endsWith('.read')),
      'credentials.write',
      'four-eyes.approve',
    ],
  },
  {
    id: 'restore-operator',
    name: 'Restore Operator',
    description: 'Restores from any backup.',
    permissions: ['console.read', 'restore.run'],
  },
  {
    id: 'backup-operator',
    name: 'Backup Operator',
    description: 'Starts and stops jobs.',
    permissions: ['console.read', 'backup.run'],
  },
  {
    id: 'tape-operator',
    name: 'Tape Operator',
    description: 'Runs tape jobs and handles media.',
    permissions: ['console.read', 'tape.run'],
  },
  {
    id: 'backup-viewer',
    name: 'Backup Viewer',
    description: 'Looks and changes nothing.',
    permissions: ['console.read'],
  },
  {
    id: 'incident-api-operator',
    name: 'Incident API Operator',
    description: 'Reports malware to the REST API.',
    permissions: ['malware.report'],
  },
];
