/** One key for all spellings of a role's, group's or component's name: trimmed, NFKC, without case. */
export const nameKey = (name: string): Buffer =>
  Buffer.from(name.trim().normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC'));
