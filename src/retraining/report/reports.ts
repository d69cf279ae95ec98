import type { RetrainingResult } from '../result.ts'

/** The result of a run and its report page. */
export interface Report {
  readonly result: RetrainingResult
  readonly html: string
}

/** Stored reports. */
export interface Reports {
  /** Replaces an earlier report of the same run. */
  save(report: Report): Promise<void>
  /** @throws UnknownReportError */
  find(runId: string): Promise<Report>
  /** Removes the user from the examples of all reports, and returns the number of changed reports. */
  eraseUser(userId: string): Promise<number>
}

/** No report exists for this run id. */
export class UnknownReportError extends Error {
  override readonly name = 'UnknownReportError'
}
