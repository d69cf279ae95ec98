import { z } from 'zod'

/** PostgreSQL cannot store U+0000. */
const text = z.string().regex(/^[^\0]*$/)

/** As rows of the database can hold it. */
export const exposureSchema = z.object({
  requestId: text,
  userId: text,
  experiment: text,
  variant: text,
  /** Served to a tester; not counted. */
  forced: z.boolean(),
  model: text,
  version: z.int32(),
  /** Number of ratings of the user when the list was served. */
  historySize: z.int32(),
  /** Best first. */
  items: z.array(text).readonly(),
  /** For an interleaved list, the variant of each item: 0 control, 1 treatment. */
  teams: z.array(z.int().min(0).max(1)).readonly().nullable(),
  /** For a sampled list, the probability of each item at its position. */
  propensities: z.array(z.number()).readonly().nullable(),
  /** Milliseconds since 1970. */
  servedAt: z.number(),
})

/** A served list of an experiment. */
export type Exposure = Readonly<z.output<typeof exposureSchema>>

/** The variant under which interleaved lists are logged. */
export const interleavedVariant = 'interleaved'

/** Inserts exposures; existing rows are not changed. */
export type WriteExposures = (exposures: readonly Exposure[]) => Promise<void>
