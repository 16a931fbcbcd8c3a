import { SallyportError } from '../client/index.js';
import { escapeText } from './escape-text.js';
import { exitCodeOf, exitCodes } from './exit-code.js';
import { formatLength } from './format-time.js';

const nextSteps: Record<string, string> = {
  SESSION_REQUIRED: 'Type: sallyport login',
  SESSION_INACTIVE: 'Type: sallyport login',
  SIGN_IN_EXPIRED: 'Type: sallyport login',
  COMPONENT_REQUIRED: "Name the component's key with --component-key-file, or call over the unix socket on the host.",
  STEP_UP_REQUIRED: 'Type: sallyport reauthenticate',
  ENROLL_FIRST: 'Type: sallyport mfa enroll',
  GROUPS_PRESENT: 'Type: sallyport groups delete NAME',
};

// A line of a thousand groups helps nobody.
const mostDetails = 10;

/** A failure in one line: what happened, why, and what to do next. */
export function errorLine(error: unknown): string {
  if (error instanceof SallyportError) return escapeText(describe(error));
  if (!(error instanceof Error)) return escapeText(String(error));
  const message = error.message || error.name;
  // Our own may list several mistakes, each on its line.
  return 'exitCode' in error ? message.split('\n').map(escapeText).join('\n') : escapeText(message);
}

/** The same for a script, in one line of JSON. Times are milliseconds. */
export function errorJson(error: unknown): string {
  if (!(error instanceof SallyportError)) return JSON.stringify({ error: { message: errorLine(error) } });
  const { message, reason, status, retryAfter, metadata, violations, preconditions, requestId } = error;
  const parts = { message, reason, status, retryAfter, metadata, violations, preconditions, requestId };
  return JSON.stringify({ error: parts });
}

/** The exit code of a failure. */
export function exitCodeOfError(error: unknown): number {
  if (error instanceof SallyportError) return exitCodeOf(error.status);
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') return error.exitCode;
  // A file that is missing, an address that is none, a certificate that is no certificate.
  if (error instanceof TypeError || (error instanceof Error && 'code' in error)) return exitCodes.usage;
  return exitCodes.internal;
}

function describe(error: SallyportError): string {
  const { message, reason, violations, preconditions, requestId } = error;
  const details = [
    ...violations.map(({ field, description }) => `${field}: ${description}`),
    ...preconditions.map(({ subject, description }) => (description ? `${subject}: ${description}` : subject)),
  ].filter((detail) => !message.includes(detail));
  const more = details.length > mostDetails ? [`and ${details.length - mostDetails} more.`] : [];
  const what = [message.replace(/ Resolution note:.*/s, ''), ...details.slice(0, mostDetails), ...more];
  const parts = [...what, `(${reason ?? error.status})`, nextStep(error)];
  if (['INTERNAL', 'UNAVAILABLE'].includes(error.status) && requestId)
    parts.push(`The log has it under request ${requestId}.`);
  return parts.filter(Boolean).join(' ');
}

function nextStep({ reason, status, retryAfter, metadata }: SallyportError): string {
  // A session that no proof helps.
  if (reason === 'STEP_UP_REQUIRED' && metadata['methods'] === '') return 'Type: sallyport login';
  if (retryAfter !== undefined) return `Try again in ${formatLength(retryAfter)}.`;
  if (reason) return nextSteps[reason] ?? '';
  if (status === 'UNAVAILABLE')
    return 'Does it run (systemctl status sallyport, docker compose ps), and is --server right?';
  if (status === 'DEADLINE_EXCEEDED')
    return 'The server did not answer in time; look whether it was done, then try again.';
  return status === 'UNIMPLEMENTED' ? 'This server does not offer it.' : '';
}
