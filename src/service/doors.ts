import { status } from '@grpc/grpc-js';
import * as crypto from '../crypto/index.js';
import * as domain from '../domain/index.js';
import * as grpc from '../grpc/index.js';
import type { LastSeen } from '../persistence/index.js';
import type { Log, Metrics } from '../telemetry/index.js';
import { removeFirstPassword } from './first-password.js';
import type { Parts } from './open-parts.js';

/** Every operation of the domain, wired by hand to what it needs, and what every call passes on its way there. */
export function doors({ needs, keys, log, metrics, settings, anchor, watch }: Parts, activity: LastSeen) {
  const all = {
    ...needs,
    ...domain.mustHoldAnchor(needs, anchor),
    // Seen at a time to come, a session would be idle for longer.
    activity: { ...activity, note: (id: string, at: number) => watch.trusted() && activity.note(id, at) },
    // A file that stays behind opens nothing; it is no reason to fail a change that is made.
    passwordChanged: (userId: string) => void removeFirstPassword(needs.reads, settings, userId).catch(() => undefined),
  };
  const readActiveSession = domain.readActiveSession(all);
  const pageTokens = grpc.createPageTokens(crypto.createPageMac(keys), needs.clock);
  const shared = { clock: needs.clock, clockTrusted: needs.clockTrusted, pageTokens };
  return {
    interceptors: {
      request: grpc.requestInterceptor({
        newId: needs.randomness.newId,
        record: (call) => recordCall(log, metrics, call),
      }),
      errors: grpc.errorsInterceptor({
        logError: ({ requestId, path }, error) =>
          log.error({ requestId, path, err: error, cause: (error as Error).cause }, 'call failed'),
        countRefusal: metrics.refusal,
        recordRefusal: domain.recordRefusal(all),
      }),
      caller: grpc.callerInterceptor({ proveComponent: domain.proveComponent(all), readActiveSession }),
      lockout: grpc.lockoutInterceptor(domain.earlyNo(all)),
    },
    auth: { ...shared, ...domain.authOperations(all), validateSession: domain.validateSession({ readActiveSession }) },
    admin: { ...shared, ...domain.adminOperations(all) },
  };
}

function recordCall(log: Log, metrics: Metrics, call: grpc.CallRecord): void {
  const code = status[call.code];
  metrics.call(call.path, code, call.milliseconds);
  if (call.quiet) return;
  const { path, requestId, component, address, trace } = call;
  log.info({ path, code, ms: Math.round(call.milliseconds), requestId, component, address, trace }, 'call');
}
