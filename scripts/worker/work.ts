import type { JobStatus } from '../../src/jobs/job-queue.ts'
import { openJobQueue } from '../../src/jobs/postgres-job-queue.ts'
import { isStorageFailure } from '../../src/retraining/run/failures.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { logLine, withDatabase } from '../terminal/with-database.ts'
import { createJobHandler } from './handle-job.ts'

/** Runs jobs, one after the other, until the signal is aborted. */
export function work(options: BackendOptions, signal: AbortSignal): Promise<void> {
  return withDatabase(async (database, config) => {
    const queue = await openJobQueue(database.sql)
    const { name: backend } = await openBackend(options)
    logLine('Waiting for jobs; Ctrl-C stops the worker')
    await queue.work({
      handle: createJobHandler({ database, config, backend }),
      isWorkerFailure: isStorageFailure,
      signal,
      onJob: ({ kind, key }, outcome, error) => {
        const reason = error instanceof Error && outcome === 'failed' ? `, ${error.message}` : ''
        logLine(`${kind} ${key}: ${outcome}${reason}`)
      },
    })
  })
}

export function listJobs(): Promise<readonly JobStatus[]> {
  return withDatabase(async ({ sql }) => (await openJobQueue(sql)).list())
}
