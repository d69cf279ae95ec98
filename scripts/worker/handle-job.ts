// What a worker can do.
import type { Database } from '../../src/db/database.ts'
import type { WorkOptions } from '../../src/jobs/job-queue.ts'
import { createRungHandler, rungJob } from '../tune/rung-job.ts'

/** Does a job of any kind that is known; another kind fails, and waits for a worker that knows it. */
export function createJobHandler(database: Database): WorkOptions['handle'] {
  const handlers: Readonly<Record<string, WorkOptions['handle']>> = {
    [rungJob]: createRungHandler(database.sql),
  }
  return (job, signal) => {
    const handle = handlers[job.kind]
    if (handle) return handle(job, signal)
    throw new Error(
      `This worker does not know how to do ${job.kind}; it may be of another version than the sender`,
    )
  }
}
