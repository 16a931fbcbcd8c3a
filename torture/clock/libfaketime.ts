import { existsSync } from 'node:fs';

const PLACES = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}`)
  .concat('/usr/lib', '/usr/local/lib');

/** The library that sets a process's wall clock; the one for several threads. Empty where it is not installed. */
export const FAKETIME =
  PLACES.map((place) => `${place}/faketime/libfaketimeMT.so.1`).find((path) => existsSync(path)) ?? '';
