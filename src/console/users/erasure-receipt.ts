/** What was erased of a user, and what remains in models; the response of `DELETE /users/:userId`. */
export interface ErasureReceipt {
  readonly userId: string
  /** ISO 8601. */
  readonly erasedAt: string
  readonly erasedRatings: number
  readonly erasedRetractions: number
  readonly erasedExposures: number
  readonly erasedFeedback: number
  readonly experimentsTested: number
  readonly changedReports: number
  readonly runsWithoutRatings: readonly string[]
  readonly trainedVersions: readonly {
    readonly model: string
    readonly version: number
    readonly through: 'ratings' | 'parent'
    readonly isChampion: boolean
  }[]
  readonly unknownVersions: readonly { readonly model: string; readonly version: number }[]
  /** `startedAt` in ISO 8601. */
  readonly trainingsInProgress: readonly { readonly model: string; readonly startedAt: string }[]
}
