// The options of a request for recommendations. Query strings, bodies and the API reference are derived from this
// schema: a new option is added here and where it is used.
import { randomInt } from 'node:crypto'
import { z } from 'zod'
import { idSchema } from '../ratings/id-schema.ts'
import { filterSchema } from './filters/filter.ts'
import { filterTextSchema } from './filters/parse-filter.ts'

const itemIds = z.array(idSchema).max(1000)

/** Which items may be in a list. */
export const candidateOptions = z.strictObject({
  exclude: itemIds.default([]).meta({ description: 'Items that must not be in the list' }),
  include: itemIds.optional().meta({ description: 'The only items that may be in the list' }),
  filter: z.union([filterTextSchema, filterSchema]).optional().meta({
    description: 'Which items may be in the list, by their attributes',
  }),
  excludeSeen: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether rated items are left out of the list' }),
})

export const recommendationOptions = candidateOptions.extend({
  k: integer(1, 1000).default(10).meta({ description: 'The number of items' }),
  diversity: number(0, 1).default(0).meta({
    description:
      'Trades relevance for diversity by maximal marginal relevance: 0 ranks by score alone, 1 by dissimilarity alone',
  }),
  popularityPenalty: number(0, 10).default(0).meta({
    description:
      'Lowers the rank of popular items: by this many standard deviations of the scores for each standard deviation of log popularity above the mean. Scores in the response are not changed',
  }),
  exact: z.boolean().default(false).meta({
    description:
      'Whether all items are scored, also where the model has an approximate search for its large catalog. Takes longer',
  }),
  sequential: z.boolean().default(false).meta({
    description:
      'Whether the list is built item by item, each the best one for the history with the items before it as positives. For at most 100 items; cannot be combined with diversity or explore',
  }),
  explore: z
    .strictObject({
      seed: z
        .int()
        .min(0)
        .max(2 ** 31 - 1)
        .optional(),
    })
    .transform(({ seed }) => ({ seed: seed ?? randomInt(1e9) }))
    .optional()
    .meta({
      description:
        'Draws the list at random around the best one; the same seed draws the same list. Each item has its propensity. Cannot be combined with diversity',
    }),
})

export type CandidateOptions = z.output<typeof candidateOptions>
export type RecommendationOptions = z.output<typeof recommendationOptions>

/** Those that do not need the history of a single user. */
export type RankingOptions = Omit<RecommendationOptions, 'explore' | 'sequential'>

export const defaultOptions: RecommendationOptions = recommendationOptions.parse({})

/** Rejects options that exclude each other. */
export function rejectConflicts<
  T extends z.ZodType<Pick<RecommendationOptions, 'diversity' | 'explore' | 'sequential' | 'k'>>,
>(schema: T): T {
  return schema
    .refine(({ diversity, explore }) => diversity === 0 || explore === undefined, {
      path: ['explore'],
      message: 'cannot be combined with diversity',
    })
    .refine(({ sequential, diversity, explore }) => !sequential || (diversity === 0 && !explore), {
      path: ['sequential'],
      message: 'cannot be combined with diversity or explore',
    })
    .refine(({ sequential, k }) => !sequential || k <= maxSequentialItems, {
      path: ['k'],
      message: `must be at most ${maxSequentialItems} with sequential`,
    })
}

/** Each item costs an inference. */
const maxSequentialItems = 100

function integer(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return z.int(message).min(min, message).max(max, message)
}

function number(min: number, max: number) {
  const message = `must be a number from ${min} to ${max}`
  return z.number(message).min(min, message).max(max, message)
}
