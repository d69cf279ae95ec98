import type { RetrainingResult } from '../result.ts'

/** What a run reported, and the page that was drawn from it. */
export interface Report {
  readonly result: RetrainingResult
  readonly html: string
}

/** The reports of all runs. */
export interface Reports {
  /** Keeps what a run reports, in place of what it reported before. */
  save(report: Report): Promise<void>
  /** @throws UnknownReportError */
  find(runId: string): Promise<Report>
  /** Takes a user out of all reports that show what the user was recommended, and tells how many those were. */
  eraseUser(userId: string): Promise<number>
}

/** No run of this id has reported. */
export class UnknownReportError extends Error {
  override readonly name = 'UnknownReportError'
}
