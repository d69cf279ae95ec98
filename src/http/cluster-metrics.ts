// The metrics of all processes that share a port. A process that is asked for them asks the primary process, which asks all.
import cluster, { type Worker } from 'node:cluster'
import { randomUUID } from 'node:crypto'
import type { MetricValues } from './metrics.ts'

type ToPrimary =
  | { readonly type: 'palate:metrics-wanted'; readonly id: string }
  | { readonly type: 'palate:metrics-values'; readonly id: string; readonly values: MetricValues }

type ToProcess =
  | { readonly type: 'palate:metrics-collect'; readonly id: string }
  | { readonly type: 'palate:metrics-all'; readonly id: string; readonly processes: MetricValues[] }

/** In the primary process: passes metrics between the processes that serve. Those that still start are left out. */
export function relayMetrics(): void {
  const serving = new Set<Worker>()
  const requests = new Map<string, { asker: Worker; missing: Set<Worker>; processes: MetricValues[] }>()
  const send = (worker: Worker, message: ToProcess) => {
    if (worker.isConnected()) worker.send(message)
  }
  const finish = (id: string) => {
    const request = requests.get(id)
    if (request === undefined || request.missing.size > 0) return
    requests.delete(id)
    send(request.asker, { type: 'palate:metrics-all', id, processes: request.processes })
  }
  cluster.on('listening', (worker) => serving.add(worker))
  cluster.on('exit', (worker) => {
    serving.delete(worker)
    for (const [id, { asker, missing }] of requests) {
      if (asker === worker) requests.delete(id)
      else if (missing.delete(worker)) finish(id)
    }
  })
  cluster.on('message', (worker, message: ToPrimary) => {
    if (message.type === 'palate:metrics-wanted') {
      requests.set(message.id, { asker: worker, missing: new Set(serving), processes: [] })
      setTimeout(() => requests.delete(message.id), timeoutMs).unref()
      for (const other of serving) send(other, { type: 'palate:metrics-collect', id: message.id })
    } else if (message.type === 'palate:metrics-values') {
      const request = requests.get(message.id)
      if (!request?.missing.delete(worker)) return
      request.processes.push(message.values)
      finish(message.id)
    }
  })
}

/**
 * In a process of several: answers the primary process, and gives a function that reads the metrics of all. Undefined in a
 * process by itself.
 */
export function joinMetrics(
  values: () => Promise<MetricValues>,
): (() => Promise<MetricValues[]>) | undefined {
  const { worker } = cluster
  if (worker === undefined) return undefined
  const waiting = new Map<string, (processes: MetricValues[]) => void>()
  const send = (message: ToPrimary) => {
    if (worker.isConnected()) worker.send(message)
  }
  worker.on('message', async (message: ToProcess) => {
    if (message.type === 'palate:metrics-collect') {
      send({ type: 'palate:metrics-values', id: message.id, values: await values() })
    } else if (message.type === 'palate:metrics-all') {
      waiting.get(message.id)?.(message.processes)
      waiting.delete(message.id)
    }
  })
  return () =>
    new Promise((resolve) => {
      const id = randomUUID()
      waiting.set(id, resolve)
      setTimeout(() => waiting.delete(id), timeoutMs).unref()
      send({ type: 'palate:metrics-wanted', id })
    })
}

/** After which the request for the metrics has timed out, because a process does not respond. */
const timeoutMs = 10_000
