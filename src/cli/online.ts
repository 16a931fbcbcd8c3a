import { connect, type Sallyport, SallyportError } from '../client/index.js';
import { connectionOptions, type ServerOptions } from './connection-options.js';
import { createOutput, type Output } from './output.js';
import { InputEnded, type Prompter } from './prompter.js';
import { proveAfresh } from './prove-afresh.js';
import { savedSessions } from './saved-sessions.js';
import type { Shell } from './shell.js';

/** One command's view of one server. */
export interface Online extends Output {
  readonly address: string;
  readonly shell: Shell;
  readonly prompter: Prompter;
  /** Calls without a session. */
  readonly sallyport: Sallyport;
  /** Calls in the saved session; where a fresh proof is due, asks for it and calls again. */
  call<Answer>(make: (sallyport: Sallyport) => Promise<Answer>): Promise<Answer>;
  /** Proves afresh in the saved session, by one of these methods. */
  reauthenticate(methods: readonly string[]): Promise<void>;
  /** The saved session's token, if one is saved. */
  token(): string | undefined;
  /** Whose session is saved; empty if none is. */
  username(): string;
  /** Goes on in this session; saved unless asked not to. */
  enter(token: string, username: string, save?: boolean): void;
  /** Forgets the saved session. */
  forget(): void;
  readonly close: () => void;
}

/** Prepares to talk to the server that the options name. Throws if they cannot be meant. */
export function openOnline(shell: Shell, prompter: Prompter, options: ServerOptions): Online {
  const connection = connectionOptions(options, shell);
  const { address } = connection;
  const sallyport = connect(connection);
  const sessions = savedSessions(shell);
  const output = createOutput(shell, options.json === true);
  let session = sessions.find(address);
  const inSession = () => sallyport.withSession(session?.token);

  const enter = (token: string, username: string, save = true) => {
    session = { token, username };
    if (save) sessions.keep(address, session);
  };
  const reauthenticate = async (methods: readonly string[]) => {
    const talk = { ...output, prompter, auth: inSession().auth };
    enter(await proveAfresh(talk, methods), username());
  };
  const call = async <Answer>(make: (sallyport: Sallyport) => Promise<Answer>): Promise<Answer> => {
    try {
      return await make(inSession());
    } catch (error) {
      if (!(error instanceof SallyportError) || error.reason !== 'STEP_UP_REQUIRED') throw error;
      if (error.metadata['methods'] === '') throw error;
      await reauthenticate(methodsOf(error)).catch((failure) => {
        throw failure instanceof InputEnded ? error : failure;
      });
      return make(inSession());
    }
  };
  const forget = () => {
    session = undefined;
    sessions.forget(address);
  };
  const token = () => session?.token;
  const username = () => session?.username ?? '';
  return {
    ...output,
    address,
    shell,
    prompter,
    sallyport,
    call,
    reauthenticate,
    token,
    username,
    enter,
    forget,
    close: sallyport.close,
  };
}

function methodsOf({ metadata }: SallyportError): string[] {
  return (metadata['methods'] ?? '').split(',').filter(Boolean);
}
