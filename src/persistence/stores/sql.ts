/** `?, ?, ?` */
export const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** Whether a statement changed the one row it named. */
export const changed = ({ affected }: { readonly affected: number }): boolean => affected > 0;

/** LIMIT takes no prepared number on MySQL; only whole numbers come here. */
export const limited = (limit: number): string => `LIMIT ${Math.trunc(limit)}`;

export const words = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(' '));
