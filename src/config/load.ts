import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { conflictsIn } from './conflicts.js';
import { readText } from './read-file.js';
import { type ResolvedSettings, resolved, Settings } from './settings.js';

const PREFIX = 'SALLYPORT_';
// Read by clients and by this loader, not settings of the service.
const NOT_SETTINGS = new Set(['SALLYPORT_CONFIG', 'SALLYPORT_SERVER', 'SALLYPORT_COMPONENT_KEY_FILE']);

/** Variables over the file over defaults; whatever is unknown, malformed or too weak is told together. */
export function loadSettings(env: Readonly<Record<string, string | undefined>>, configFile?: string): ResolvedSettings {
  const file = configFile ?? env['SALLYPORT_CONFIG'];
  const given = { ...(file === undefined ? {} : readFile(file)), ...fromEnvironment(env) };
  const parsed = Settings.safeParse(given);
  const issues = parsed.error?.issues ?? [];
  const settings = resolved(parsed.data ?? Settings.parse(without(given, issues)));
  const wrong = new Set(issues.map((issue) => issue.path[0]));
  const conflicts = conflictsIn(settings).filter(({ between }) => !between.some((name) => wrong.has(name)));
  const told = [...issues.map(sentence), ...conflicts.map((conflict) => conflict.sentence)];
  if (told.length > 0) throw new ConfigError(mistakes(told));
  return settings;
}

// What is wrong gives way to its default, so that the rest can be looked at in the same run.
function without(given: Record<string, unknown>, issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  const wrong = new Set(issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : issue.path)));
  return Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
}

const mistakes = (lines: readonly string[]): string =>
  `The settings cannot be used:\n${lines.map((line) => `  - ${line}`).join('\n')}`;

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown setting: ${issue.keys.join(', ')}`;
  return `${issue.path.join('.')}: ${issue.message}`;
}

function readFile(path: string): Record<string, unknown> {
  const content = readText(path);
  try {
    const parsed: unknown = JSON.parse(content);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  throw new ConfigError(`${path} must hold one JSON object.`);
}

const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && !NOT_SETTINGS.has(name) && value !== undefined
        ? [[name.slice(PREFIX.length).toLowerCase(), value]]
        : [],
    ),
  );
