#!/usr/bin/env node
// Where the program begins. CommonJS, because Node starts its thread pool while it loads the first ES module, and from
// then on nobody can make it larger. Slow hashes take as many threads as there are cores; two are left for the rest.
process.env['UV_THREADPOOL_SIZE'] ??= String(
  Math.max(4, process.getBuiltinModule('node:os').availableParallelism() + 2),
);
// One file instead of a thousand, and not there before it is built.
const program = '../bundle/main.js';
void import(program);
