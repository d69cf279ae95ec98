/** A served list of an experiment. */
export interface Exposure {
  readonly requestId: string
  readonly userId: string
  readonly experiment: string
  readonly variant: string
  /** Served to a tester; not counted. */
  readonly forced: boolean
  readonly model: string
  readonly version: number
  /** Number of ratings of the user when the list was served. */
  readonly historySize: number
  /** Best first. */
  readonly items: readonly string[]
  /** For an interleaved list, the variant of each item: 0 control, 1 treatment. */
  readonly teams: readonly number[] | null
  /** For a sampled list, the probability of each item at its position. */
  readonly propensities: readonly number[] | null
  /** Milliseconds since 1970. */
  readonly servedAt: number
}

/** The variant under which interleaved lists are logged. */
export const interleavedVariant = 'interleaved'

/** Inserts exposures; existing rows are not changed. */
export type WriteExposures = (exposures: readonly Exposure[]) => Promise<void>
