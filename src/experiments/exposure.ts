/** A list of an experiment that was really served. */
export interface Exposure {
  readonly requestId: string
  readonly userId: string
  readonly experiment: string
  readonly variant: string
  /** A tester's, which does not count. */
  readonly forced: boolean
  readonly model: string
  readonly version: number
  /** Ratings known when it was served. */
  readonly historySize: number
  /** Best first. */
  readonly items: readonly string[]
  /** Of an interleaved list, which variant gave each item: 0 the control, 1 the treatment. */
  readonly teams: readonly number[] | null
  /** Of an exploring list, the probability with which each item came into its place. */
  readonly propensities: readonly number[] | null
  /** Milliseconds since 1970. */
  readonly servedAt: number
}

/** The variant under which interleaved lists are logged. */
export const interleavedVariant = 'interleaved'

/** Writes exposures, those already there left as they are. */
export type WriteExposures = (exposures: readonly Exposure[]) => Promise<void>
