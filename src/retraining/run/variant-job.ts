// Training a variant as a job for any worker.
import type { Job, JobQueue } from '../../jobs/job-queue.ts'
import type { TrainedVariant } from '../result.ts'
import { type TrainVariantDependencies, type TrainVariantJob, trainVariant } from './train-variant.ts'

export const variantJob = 'train-variant'

/**
 * Sends the job to the queue and waits for its result. Sent again after an interruption, it is the same job.
 *
 * @throws JobFailedError with the message of the training, and the signal's reason
 */
export async function trainVariantOnWorker(
  queue: JobQueue,
  job: TrainVariantJob,
  signal: AbortSignal,
): Promise<TrainedVariant> {
  const id = await queue.send(`${job.runId} ${job.variant}`, { kind: variantJob, data: { ...job } })
  return (await queue.result(id, signal)) as TrainedVariant
}

/** Handles these jobs. Workers that share the store resume each other's jobs from the last checkpoint. */
export function createVariantHandler(
  dependencies: Omit<TrainVariantDependencies, 'ratings' | 'signal'>,
): (job: Job, signal: AbortSignal) => Promise<TrainedVariant> {
  return ({ data }, signal) => trainVariant(data as unknown as TrainVariantJob, { ...dependencies, signal })
}
