import { Command } from 'commander';
import { addAcceptRestore } from './commands/accept-restore.js';
import { addAccount } from './commands/account.js';
import { addAudit } from './commands/audit.js';
import { addCall } from './commands/call.js';
import { addComponents } from './commands/components.js';
import { addCopy } from './commands/copy.js';
import { addDoctor } from './commands/doctor.js';
import { addEvents } from './commands/events.js';
import { addFactors } from './commands/factors.js';
import { addGroups } from './commands/groups.js';
import { addHealth } from './commands/health.js';
import { addKeys } from './commands/keys.js';
import { addLogin } from './commands/login.js';
import { addLogout } from './commands/logout.js';
import { addMfa } from './commands/mfa.js';
import { addOffline } from './commands/offline.js';
import { addRecover } from './commands/recover.js';
import { addRecoveryCodes } from './commands/recovery-codes.js';
import { addRoles } from './commands/roles.js';
import { addServiceAccounts } from './commands/service-accounts.js';
import { addSessions } from './commands/sessions.js';
import { addUsers } from './commands/users.js';
import { exitCodeHelp } from './exit-code.js';
import type { Offline } from './offline.js';
import type { CommandContext } from './with-server.js';

/** Puts all commands together. */
export function createProgram(context: CommandContext, offline: Offline): Command {
  const { stdout, stderr, version } = context.shell;
  const program = new Command('sallyport')
    .description('Two doors before your backups: run the service, sign in, and manage who may.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError()
    .addHelpText('after', exitCodeHelp);
  addServerOptions(program);
  addOffline(program, offline);
  addRecover(program, context, offline);
  addAcceptRestore(program, context, offline);
  addCopy(program, context, offline);
  addKeys(program, context, offline);
  addDoctor(program, context, offline);
  for (const add of [
    addLogin,
    addLogout,
    addAccount,
    addFactors,
    addRecoveryCodes,
    addEvents,
    addUsers,
    addServiceAccounts,
    addRoles,
    addGroups,
    addMfa,
  ])
    add(program, context);
  for (const add of [addComponents, addSessions, addAudit, addCall, addHealth]) add(program, context);
  return program;
}

function addServerOptions(program: Command): void {
  program
    .option(
      '--server <address>',
      'host:port or unix:/path (SALLYPORT_SERVER; else the socket in ./data, else loopback)',
    )
    .option(
      '--component-key-file <file>',
      'a file with the key of the component to call as (SALLYPORT_COMPONENT_KEY_FILE)',
    )
    .option('--tls', "call by TLS, trusting the system's authorities; other machines always are")
    .option('--ca-file <file>', 'call by TLS, trusting these authorities')
    .option('--certificate-file <file>', 'the client certificate to prove the component by')
    .option('--key-file <file>', 'its private key')
    .option('--server-name <name>', "the name in the server's certificate")
    .option('--plaintext', 'call another machine without TLS; whoever is between can read passwords')
    .option('--timeout <seconds>', 'how long a call may take (10)')
    .option('--json', 'print JSON for scripts, errors too');
}
