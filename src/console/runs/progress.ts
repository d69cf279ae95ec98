// The progress of a run as server-sent events.
import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { formatFixed } from '../../pages/numbers.ts'
import type { RecordedTraining, TrainingRecord } from '../../training/postgres-training-records.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import type { ConsoleContext, ConsoleEnvironment } from '../visitor.ts'
import { curvesOf } from './curves.ts'
import { runIdIn, UnknownRunError } from './run-id.ts'

/** The data of an event. */
interface RunState {
  readonly status: string
  readonly trainings: readonly {
    readonly id: string
    readonly progress: string
    readonly curves: readonly { name: string; epochs: readonly number[]; values: readonly number[] }[]
  }[]
}

export function addProgress(
  pages: Hono<ConsoleEnvironment>,
  { trainings, findRun }: Pick<ConsoleDependencies, 'trainings' | 'findRun'>,
): void {
  pages.get('/runs/trainings/:id/events', async (c) => {
    const id = runIdIn(c)
    return stream(c, async () => {
      const training = await trainings.find(id)
      if (training === null) throw new UnknownRunError(`There is no training ${id}`)
      return { status: training.status, trainings: [stateOf(training, curvesOf(training.epochs))] }
    })
  })
  pages.get('/runs/retrainings/:id/events', async (c) => {
    const id = runIdIn(c)
    return stream(c, async () => {
      const [run, recorded] = await Promise.all([findRun(id), trainings.ofRun(id, maxTrainings)])
      if (run === null) throw new UnknownRunError(`There is no retraining ${id}`)
      return { status: run.status, trainings: recorded.map((training) => stateOf(training, [])) }
    })
  })
}

/** Of a retraining; it has a training for each variant. */
export const maxTrainings = 100

/** The epoch, its loss and its validation metric. */
export function progressOf(
  training: TrainingRecord & { readonly epochs?: RecordedTraining['epochs'] },
): string {
  const { epochsDone, hyperparameters, status, epochs } = training
  const most =
    status === 'running' && typeof hyperparameters.epochs === 'number' ? hyperparameters.epochs : null
  const last = epochs?.at(-1)
  const parts = [
    most === null
      ? `${epochsDone} ${epochsDone === 1 ? 'epoch' : 'epochs'} done`
      : `epoch ${epochsDone} of at most ${most} done`,
    ...(last ? [`loss ${formatFixed(last.loss, 4)}`] : []),
    ...(last?.validationMetric ? [`${last.validationMetric} ${formatFixed(last.validationValue, 4)}`] : []),
  ]
  return parts.join(', ')
}

function stateOf(training: TrainingRecord, curves: ReturnType<typeof curvesOf>) {
  return {
    id: training.id,
    progress: progressOf(training),
    curves: curves.map(({ name, points }) => ({
      name,
      epochs: points.map(({ epoch }) => epoch),
      values: points.map(({ value }) => value),
    })),
  }
}

/**
 * Sends the state whenever it has changed. After some seconds the browser connects again, so that its session is checked
 * again and the service can shut down.
 */
async function stream(c: ConsoleContext, read: () => Promise<RunState>): Promise<Response> {
  let state: RunState | null = await read()
  return streamSSE(c, async (events) => {
    const end = Date.now() + streamMs
    let sent = ''
    while (state !== null) {
      const data = JSON.stringify(state)
      if (data !== sent) await events.writeSSE({ data, retry: 1000 })
      sent = data
      await events.sleep(1000)
      if (events.aborted || Date.now() > end) return
      // the next request of the browser fails with the same error, which is then logged and shown
      state = await read().catch(() => null)
    }
  })
}

const streamMs = 8000
