// The trainings of a run, those left out that are done already.
import type { Interactions } from '../../interactions/interactions.ts'
import { isVariantsOwnFailure } from './failures.ts'
import type { Plan } from './plan.ts'
import type { RunContext } from './run-context.ts'
import type { TrainingOutcome } from './runs.ts'
import { type TrainVariantJob, trainVariant } from './train-variant.ts'

/** By variant. One that cannot be trained does not keep the others from it. */
export async function trainAll(
  context: RunContext,
  { jobs }: Plan,
  ratings: Interactions,
): Promise<ReadonlyMap<string, TrainingOutcome>> {
  const done = new Map(await context.runs.trainings(context.run.id))
  const left = jobs.filter(({ variant }) => !done.has(variant))
  const train = async (job: TrainVariantJob) => {
    done.set(job.variant, await trainOne(context, job, ratings))
  }
  if (context.trainElsewhere) await Promise.all(left.map(train))
  else for (const job of left) await train(job)
  return done
}

async function trainOne(
  context: RunContext,
  job: TrainVariantJob,
  ratings: Interactions,
): Promise<TrainingOutcome> {
  const { run, runs, stopwatch, say, trainElsewhere, requireLease } = context
  const { variant, model } = job
  const signal = context.signal ?? new AbortController().signal
  say({ event: 'training', variant })
  const onEpoch = (report: Parameters<NonNullable<Parameters<typeof trainVariant>[1]['onEpoch']>>[0]) =>
    say({ event: 'epoch', variant, ...report })
  let outcome: TrainingOutcome
  try {
    const training = await stopwatch.time(`training ${variant}`, () =>
      trainElsewhere
        ? trainElsewhere(job, signal)
        : trainVariant(job, { ...context, ratings, signal, onEpoch, requireLease }),
    )
    outcome = { training }
    say({ event: 'published', variant, model, version: training.version })
  } catch (error) {
    if (signal.aborted || !isVariantsOwnFailure(error)) throw error
    outcome = { error: (error as Error).message }
    say({ event: 'failed', variant, error: outcome.error })
  }
  await requireLease()
  await runs.saveTraining(run.id, variant, outcome)
  return outcome
}
