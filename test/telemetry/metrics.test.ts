import { afterEach, expect, test } from 'vitest';
import { createMetrics, type MetricsServer, serveMetrics } from '../../src/telemetry/index.js';

let server: MetricsServer;
afterEach(() => server.close());

const metrics = createMetrics({ hashQueueDepth: () => 3, clockTrusted: () => true });

async function ask(path: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`http://${server.address}${path}`);
  return { status: response.status, body: await response.text() };
}

test('what was counted is served, and calls are named by service, method and code', async () => {
  server = await serveMetrics('127.0.0.1:0', metrics.registry, async () => true);
  metrics.call('/sallyport.auth.v1.AuthService/VerifyOtp', 'OK', 12);
  metrics.refusal('LOCKED_OUT');
  metrics.nearEnds('secret', 14, 2);
  metrics.tlsCertificateEnd(() => 1_700_000_000_500);
  const { body } = await ask('/metrics');
  expect(body).toContain(
    'grpc_server_handled_total{grpc_service="sallyport.auth.v1.AuthService",grpc_method="VerifyOtp",grpc_code="OK"} 1',
  );
  expect(body).toContain('sallyport_refusals_total{reason="LOCKED_OUT"} 1');
  expect(body).toContain('sallyport_service_ends{what="secret",within_days="14"} 2');
  expect(body).toContain('sallyport_hash_queue_depth 3');
  expect(body).toContain('sallyport_clock_trusted 1');
  expect(body).toContain('sallyport_tls_certificate_end_seconds 1700000000.5');
});

test('alive is not ready', async () => {
  server = await serveMetrics('127.0.0.1:0', metrics.registry, async () => false);
  expect(await ask('/livez')).toMatchObject({ status: 200 });
  expect(await ask('/readyz')).toMatchObject({ status: 503 });
  expect(await ask('/other')).toMatchObject({ status: 404 });
  expect(await ask('/livez?verbose')).toMatchObject({ status: 200 });
});

test('a taken port is told with what to change', async () => {
  server = await serveMetrics('127.0.0.1:0', metrics.registry, async () => true);
  await expect(serveMetrics(server.address, metrics.registry, async () => true)).rejects.toThrow('metrics_listen');
});

test('an address that is not ours is not called in use', async () => {
  server = await serveMetrics('127.0.0.1:0', metrics.registry, async () => true);
  await expect(serveMetrics('192.0.2.1:0', metrics.registry, async () => true)).rejects.toThrow('EADDRNOTAVAIL');
});
