import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMetrics } from '../../src/telemetry/metrics.js';

const rules = readFileSync('deploy/alerts.yaml', 'utf8');

test('every metric that an alert looks at is one that Sallyport serves', async () => {
  const { registry, tlsCertificateEnd } = createMetrics({ hashQueueDepth: () => 0, clockTrusted: () => true });
  // Served with TLS alone.
  tlsCertificateEnd(() => 0);
  const served = (await registry.getMetricsAsJSON()).map(({ name }) => name);

  const asked = [...rules.matchAll(/\b(?:sallyport|grpc_server)_[a-z_]+\b/g)].map(([name]) => name);
  const unknown = asked.filter((name) => !served.includes(name.replace(/_bucket$/, '')));

  expect(new Set(asked).size).toBeGreaterThan(5);
  expect(unknown).toEqual([]);
});
