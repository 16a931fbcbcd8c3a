/** What a server of these packages cannot do without: loading them. */
import '@bufbuild/protobuf/wire';
import '@grpc/grpc-js';
import '@node-rs/argon2';
import '@zxcvbn-ts/language-common';
import 'better-sqlite3';
import 'commander';
import 'grpc-health-check';
import 'mysql2';
import 'otplib';
import 'pino';
import 'prom-client';
import 'typeorm';
import 'ulid';
import 'uqr';
import 'zod';
import { answer } from './answer.js';

answer({ port: 0 });
