import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CacheUse } from '../caches/caches.ts'
import type { Traffic } from '../console/overview/traffic.ts'
import type { HistoryServer } from '../ratings/replica-user-ratings.ts'
import type { BatchObserver } from '../recommender/inference/batcher.ts'
import { RecentTraffic } from './recent-traffic.ts'

/** The metrics of the service, for Prometheus. */
export interface Metrics extends BatchObserver {
  /** @param route the pattern of the route, so that user ids do not become labels */
  requestHandled(method: string, route: string, status: number, seconds: number): void
  /** The history of a user was read, from the cache or from the database. */
  historyRequested(isCached: boolean): void
  /** A history that was not in the cache was read, where there is a replica. */
  historyRead(server: HistoryServer): void
  /** The requests of the last minutes. */
  traffic(): Traffic
  /** Names the source of what is only known when the metrics are read. */
  follow(state: () => ServiceState): void
  /** All metrics in the text format of Prometheus. */
  render(): Promise<string>
  /** All metrics, for `sumOfMetrics`. */
  values(): Promise<MetricValues>
}

export type MetricValues = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** The metrics of several processes as one, in the text format of Prometheus. */
export function sumOfMetrics(processes: readonly MetricValues[]): Promise<string> {
  return AggregatorRegistry.aggregate([...processes]).metrics()
}

export interface ServiceState {
  readonly caches: readonly CacheUse[]
  readonly models: readonly { readonly name: string; readonly version: number; readonly trainedAt: Date }[]
}

/** The media type of `render`. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

/** Metrics with their own registry, so that several services in one process are counted separately. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'palate_http_request_duration_seconds',
    help: 'Time from the headers of a request to its response',
    labelNames: ['method', 'route', 'status'],
    buckets: secondsBuckets,
    registers,
  })
  let state = (): ServiceState => ({ caches: [], models: [] })
  new Gauge({
    name: 'palate_model_age_seconds',
    help: 'Time since the serving version was trained',
    aggregator: 'max',
    labelNames: ['model', 'version'],
    registers,
    collect() {
      this.reset()
      for (const { name: model, version, trainedAt } of state().models)
        this.set({ model, version }, (Date.now() - trainedAt.getTime()) / 1000)
    },
  })
  new Gauge({
    name: 'palate_cache_bytes',
    help: 'Memory of a cache, estimated',
    labelNames: ['cache'],
    registers,
    collect() {
      for (const { name: cache, bytes } of state().caches) this.set({ cache }, bytes)
    },
  })
  new Gauge({
    name: 'palate_cache_max_bytes',
    help: 'Memory limit of a cache',
    labelNames: ['cache'],
    registers,
    collect() {
      for (const { name: cache, maxBytes } of state().caches) this.set({ cache }, maxBytes)
    },
  })
  const histories = new Counter({
    name: 'palate_history_reads_total',
    help: 'Reads of user histories, by cache hit or miss',
    labelNames: ['cache'],
    registers,
  })
  const servers = new Counter({
    name: 'palate_history_server_reads_total',
    help: 'Reads of user histories from the database, by server; none without a replica',
    labelNames: ['server'],
    registers,
  })
  const recent = new RecentTraffic(secondsBuckets)
  const { batchComputed, requestRejected } = batchMetrics(registry)
  return {
    batchComputed,
    requestRejected: () => {
      requestRejected()
      recent.rejection()
    },
    requestHandled: (method, route, status, seconds) => {
      requests.observe({ method, route, status }, seconds)
      recent.request(`${method} ${route}`, status, seconds)
    },
    historyRequested: (isCached) => {
      histories.inc({ cache: isCached ? 'hit' : 'miss' })
      recent.historyRead(isCached)
    },
    historyRead: (server) => servers.inc({ server }),
    traffic: () => recent.summary(),
    follow: (source) => {
      state = source
    },
    render: () => registry.metrics(),
    values: () => registry.getMetricsAsJSON(),
  }
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

function batchMetrics(registry: Registry): BatchObserver {
  const registers = [registry]
  const batchSize = new Histogram({
    name: 'palate_inference_batch_size',
    help: 'Requests per inference batch',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const waitTime = new Histogram({
    name: 'palate_inference_wait_seconds',
    help: 'Waiting time of the oldest request of a batch',
    buckets: secondsBuckets,
    registers,
  })
  const rejections = new Counter({
    name: 'palate_inference_refused_total',
    help: 'Requests rejected because too many were waiting',
    registers,
  })
  return {
    batchComputed: (requests, waitedSeconds) => {
      batchSize.observe(requests)
      waitTime.observe(waitedSeconds)
    },
    requestRejected: () => rejections.inc(),
  }
}
