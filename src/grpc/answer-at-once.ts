import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';

interface Sends {
  sendMessage: (message: unknown, sent: () => void) => void;
}

/**
 * Sends the status of a unary call right behind its answer. The runtime waits until the answer was written, so that every call
 * is written twice, in two turns of the event loop.
 */
export const answerAtOnce: ServerInterceptor = ({ responseStream }, call) => {
  if (!responseStream) sendAtOnce(call as unknown as Sends);
  return call as unknown as ServerInterceptingCall;
};

function sendAtOnce(call: Sends): void {
  const send = call.sendMessage.bind(call);
  call.sendMessage = (message, sent) => {
    send(message, () => undefined);
    // Where the message could not be sent the runtime has ended the call already, and takes no other status.
    sent();
  };
}
