import { ConfigError, type ResolvedSettings } from '../config/index.js';
import * as grpc from '../grpc/index.js';

/** Where the settings say to listen. Throws ConfigError for what is no address. */
export function listenersOf(settings: ResolvedSettings): grpc.Listener[] {
  return settings.listen.map((text) => {
    const listener = grpc.parseListener(text);
    if (!listener) throw new ConfigError(`listen: ${text} is neither HOST:PORT nor unix:PATH`);
    return listener;
  });
}
