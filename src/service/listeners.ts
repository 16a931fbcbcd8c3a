import { type Address, ConfigError, parseAddress, type ResolvedSettings } from '../config/index.js';

/** Where the settings say to listen. Throws ConfigError for what is no address. */
export function listenersOf(settings: ResolvedSettings): Address[] {
  return settings.listen.map((text) => {
    const address = parseAddress(text);
    if (!address) throw new ConfigError(`listen: ${text} is neither HOST:PORT nor unix:PATH`);
    return address;
  });
}
