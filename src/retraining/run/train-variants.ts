// Trains the variants of a run that are not trained yet.
import type { Interactions } from '../../interactions/interactions.ts'
import { type ExpectedCost, minAnnouncedSeconds } from '../../training/expected-cost.ts'
import type { EpochReport } from '../../training/fitted-model.ts'
import { bestTrial, type TrialRecord } from '../../tuning/study.ts'
import { isTrainingFailure } from './failures.ts'
import type { Plan } from './plan.ts'
import type { RunContext } from './run-context.ts'
import type { TrainingOutcome } from './runs.ts'
import { trainOnWorkers } from './train-on-workers.ts'
import { type TrainVariantJob, trainVariant } from './train-variant.ts'

/** Outcomes by variant. The failure of one does not affect the others. */
export async function trainVariants(
  context: RunContext,
  { jobs }: Plan,
  ratings: Interactions,
): Promise<ReadonlyMap<string, TrainingOutcome>> {
  const outcomes = new Map(await context.runs.trainings(context.run.id))
  const remaining = jobs.filter(({ variant }) => !outcomes.has(variant))
  const train = async (job: TrainVariantJob) => {
    const outcome = await trainJob(context, job, ratings)
    await context.runs.saveTraining(context.run.id, job.variant, outcome)
    outcomes.set(job.variant, outcome)
  }
  if (context.trainOnWorker) await Promise.all(remaining.map(train))
  else for (const job of remaining) await train(job)
  return outcomes
}

/** Trains in this process or on a worker; the error of a failed training is an outcome, too. */
export async function trainJob(
  context: RunContext,
  job: TrainVariantJob,
  ratings: Interactions,
): Promise<TrainingOutcome> {
  const { stopwatch, emit, trainOnWorker, requireLease } = context
  const { variant, model } = job
  const signal = context.signal ?? new AbortController().signal
  emit({ event: 'training', variant })
  const onEpoch = (report: EpochReport) => emit({ event: 'epoch', variant, ...report })
  const onTrial = (trials: readonly TrialRecord[]) => {
    const { validation } = bestTrial(trials)!.results.at(-1)!
    const best = `${validation.metric} ${validation.value.toFixed(4)}`
    emit({ event: 'trial', variant, trials: trials.length, best })
  }
  const onExpected = (cost: ExpectedCost) => {
    if (cost.seconds >= minAnnouncedSeconds) emit({ event: 'expected', variant, ...cost })
  }
  const onProgress = (share: number) => context.onVariantProgress?.(variant, share)
  let outcome: TrainingOutcome
  try {
    const training = await stopwatch.time(`training ${variant}`, () =>
      trainOnWorker
        ? trainOnWorkers(context, job, ratings, signal)
        : trainVariant(job, {
            ...context,
            ratings,
            signal,
            onEpoch,
            onProgress,
            onExpected,
            onTrial,
            requireLease,
          }),
    )
    outcome = { training }
    emit({ event: 'published', variant, model, version: training.version })
  } catch (error) {
    if (signal.aborted || !isTrainingFailure(error)) throw error
    outcome = { error: (error as Error).message }
    emit({ event: 'failed', variant, error: outcome.error })
  }
  await requireLease()
  return outcome
}
