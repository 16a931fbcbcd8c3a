/** Telemetry: what is logged and counted. Nothing secret reaches it, because only named fields are passed. */
export { createLog, type Log } from './log.js';
export { createMetrics, type Metrics } from './metrics.js';
export { type MetricsServer, serveMetrics } from './metrics-server.js';
