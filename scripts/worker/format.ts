import type { JobStatus } from '../../src/jobs/job-queue.ts'
import { formatSeconds } from '../../src/pages/numbers.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

export function formatJobs(jobs: readonly JobStatus[]): Result {
  const text =
    jobs.length === 0
      ? 'There are no jobs'
      : formatTable(['job', 'kind', 'state', 'retries', 'took'], jobs.map(formatRow))
  return { document: jobs, text }
}

function formatRow({ key, kind, state, retries, startedAt, completedAt }: JobStatus): string[] {
  const seconds = startedAt && ((completedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000
  return [key, kind, state, String(retries), seconds === null ? '' : formatSeconds(seconds)]
}
