// What the service counts of itself, for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ServingObserver } from '../recommender/serving-observer.ts'

export interface Metrics extends ServingObserver {
  /** A request was answered. `route` is the route's pattern, so that no id of a user becomes a label. */
  requestAnswered(method: string, route: string, status: number, seconds: number): void
  /** All there is, in the text format of Prometheus. `state` is what only the moment of asking tells. */
  render(state: ServiceState): Promise<string>
}

export interface ServiceState {
  readonly models: readonly { readonly name: string; readonly version: number; readonly trainedAt: Date }[]
}

/** The media type of `render`. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

/** Metrics of their own registry: several services in one process do not count together. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'palate_http_request_duration_seconds',
    help: 'From a request’s headers to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: secondsBuckets,
    registers,
  })
  const modelAge = new Gauge({
    name: 'palate_model_age_seconds',
    help: 'Since the version that answers was trained',
    labelNames: ['model', 'version'],
    registers,
  })
  return {
    ...inferenceMetrics(registry),
    requestAnswered: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    render: ({ models }) => {
      modelAge.reset()
      for (const { name, version, trainedAt } of models)
        modelAge.set({ model: name, version }, (Date.now() - trainedAt.getTime()) / 1000)
      return registry.metrics()
    },
  }
}

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

function inferenceMetrics(registry: Registry): ServingObserver {
  const registers = [registry]
  const batchSize = new Histogram({
    name: 'palate_inference_batch_size',
    help: 'Questions computed together',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  })
  const waited = new Histogram({
    name: 'palate_inference_wait_seconds',
    help: 'How long the oldest question of a batch had waited',
    buckets: secondsBuckets,
    registers,
  })
  const refused = new Counter({
    name: 'palate_inference_refused_total',
    help: 'Questions turned away because too many waited',
    registers,
  })
  const histories = new Counter({
    name: 'palate_history_reads_total',
    help: 'Histories asked for, by whether the cache had them',
    labelNames: ['cache'],
    registers,
  })
  return {
    batchComputed: (questions, waitedSeconds) => {
      batchSize.observe(questions)
      waited.observe(waitedSeconds)
    },
    questionRefused: () => refused.inc(),
    historyAsked: (isCached) => histories.inc({ cache: isCached ? 'hit' : 'miss' }),
  }
}
