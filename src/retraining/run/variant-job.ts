// Training a variant, as a job that any worker can do.
import type { Job, JobQueue } from '../../jobs/job-queue.ts'
import type { TrainedVariant } from '../result.ts'
import { type TrainVariantDependencies, type TrainVariantJob, trainVariant } from './train-variant.ts'

export const variantJob = 'train-variant'

/**
 * Lets a worker train a variant of a run. Asked for again, as after an interruption, it is the same job.
 *
 * @throws JobFailedError when training failed, with what it said, and the signal's reason.
 */
export async function trainVariantElsewhere(
  queue: JobQueue,
  job: TrainVariantJob,
  signal: AbortSignal,
): Promise<TrainedVariant> {
  const id = await queue.send(`${job.runId} ${job.variant}`, { kind: variantJob, data: { ...job } })
  return (await queue.result(id, signal)) as TrainedVariant
}

/** Does such jobs. What another worker began goes on from its last epoch where both share the home folder. */
export function createVariantHandler(
  dependencies: Omit<TrainVariantDependencies, 'ratings' | 'signal'>,
): (job: Job, signal: AbortSignal) => Promise<TrainedVariant> {
  return ({ data }, signal) => trainVariant(data as unknown as TrainVariantJob, { ...dependencies, signal })
}
