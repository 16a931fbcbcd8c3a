import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { Auth } from '../../client/index.js';
import { base32FromHex } from '../base32-from-hex.js';
import { choice, count } from '../choice.js';
import { userId } from '../look-up.js';
import { types } from '../message-types.js';
import type { Online } from '../online.js';
import { factorFields } from '../show-factors.js';
import { type CommandContext, withServer } from '../with-server.js';

interface Token {
  kind: Auth.Method;
  label?: string;
  counter?: number;
  digits?: number;
  period?: number;
  algorithm?: Auth.OtpAlgorithm;
  hex?: boolean;
  secretFile?: string;
}

/** `users import-factor`: gives somebody a hardware token whose seed its maker delivered. */
export function addImportFactor(users: Command, context: CommandContext): void {
  users
    .command('import-factor')
    .description('give a user a hardware token; asks for its seed, or reads it from stdin or a file')
    .argument('<user>', 'name or id')
    .requiredOption('--kind <kind>', 'hotp (counts presses) or totp (follows the time)', kind)
    .option('--label <text>', 'what to call it: its serial number')
    .option('--counter <count>', 'hotp: the counter whose code comes next (0)', count)
    .option('--digits <count>', 'how long its codes are: 6 or 8 (6)', count)
    .option('--period <seconds>', 'totp: how long a code lasts: 30 or 60 (30)', count)
    .option('--algorithm <name>', 'sha1, sha256 or sha512 (sha1)', choice('OTP_ALGORITHM', Auth.OtpAlgorithm))
    .option('--hex', 'the seed is written in hex, not in base32')
    .option('--secret-file <file>', 'a file that holds the seed alone')
    .action(
      withServer<[string], Token>(
        context,
        async (online, [name], { hex, secretFile, period, counter = 0, ...token }) => {
          const given = await seed(online, secretFile, hex ? 'hex' : 'base32');
          const secret = hex ? base32FromHex(given) : given;
          const { factor } = await online.call(async (sallyport) =>
            sallyport.admin.importFactor({
              ...token,
              userId: await userId(sallyport, name),
              secret,
              periodSeconds: period,
              counter: BigInt(counter),
            }),
          );
          if (factor) online.one(factor, types.factor, factorFields);
          online.say('They are enrolled by it. Nothing else needs its seed: remove it wherever it is written.');
        },
      ),
    );
}

async function seed({ prompter }: Online, file: string | undefined, written: string): Promise<string> {
  if (file !== undefined) return readFileSync(file, 'utf8').trim();
  return prompter.ask(`The token's seed, in ${written}`, 'hidden');
}

function kind(given: string): Auth.Method {
  const found = { hotp: Auth.Method.METHOD_HOTP, totp: Auth.Method.METHOD_TOTP }[given.toLowerCase()];
  if (found === undefined) throw new InvalidArgumentError('One of: hotp, totp.');
  return found;
}
