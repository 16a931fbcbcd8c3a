export const ECHO = '/bench.Reference/Echo';
export const KEYSET = '/bench.Reference/Keyset';
