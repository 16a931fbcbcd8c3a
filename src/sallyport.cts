#!/usr/bin/env node
// Where the program begins. CommonJS, because Node starts its thread pool while it loads the first ES module, and from
// then on nobody can make it larger.
import './begin-process.cjs';

// One file instead of a thousand, and not there before it is built.
const program = '../bundle/main.js';
void import(program);
