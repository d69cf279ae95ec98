import { Counter, Gauge, Registry } from 'prom-client'
import type { ConsumedCounts } from './consume.ts'
import type { Lag } from './event-stream.ts'

export interface ConsumeMetrics {
  progressed(counts: ConsumedCounts): void
  /** In the text format of Prometheus. */
  render(lag: Lag | undefined): Promise<string>
}

export function createConsumeMetrics(): ConsumeMetrics {
  const registry = new Registry()
  const registers = [registry]
  const consumed = new Counter({
    name: 'palate_consumed_events_total',
    help: 'Events of the stream that were saved, or set aside as rejected',
    labelNames: ['outcome'],
    registers,
  })
  const lagEvents = new Gauge({
    name: 'palate_consume_lag_events',
    help: 'Events of the stream that are not saved yet',
    registers,
  })
  const lagSeconds = new Gauge({
    name: 'palate_consume_lag_seconds',
    help: 'Age of the oldest event that is not saved yet; 0 without one',
    registers,
  })
  let before: ConsumedCounts = { ratings: 0, feedback: 0, rejected: 0 }
  return {
    progressed: (counts) => {
      for (const outcome of ['ratings', 'feedback', 'rejected'] as const)
        consumed.inc({ outcome }, counts[outcome] - before[outcome])
      before = counts
    },
    render: (lag) => {
      // an unknown lag is not 0
      lagEvents.set(lag?.events ?? Number.NaN)
      lagSeconds.set(lag?.seconds ?? Number.NaN)
      return registry.metrics()
    },
  }
}
