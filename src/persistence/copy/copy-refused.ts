/** Cannot be copied so; the message says why, and nothing that was in use is changed. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
  readonly exitCode = 6;
}
