// Lists as they are answered.
import { z } from '@hono/zod-openapi'
import type { RatedItem, UserRatings } from '../ratings/user-ratings.ts'
import { explorationDraws } from '../recommender/answering/question.ts'
import type { ScoredItem } from '../recommender/recommend.ts'
import type { ServedModel } from '../recommender/served-model.ts'
import type { Wish } from '../recommender/wish.ts'
import * as parameters from './parameters.ts'

export const listedItem = z
  .object({
    itemId: z.string(),
    title: z.string().nullable(),
    score: z.number().openapi({ description: 'As the model gives it; comparable only within one answer' }),
    propensity: z.number().optional().openapi({
      description: 'In an exploring list, the probability with which the item came into this place',
    }),
  })
  .openapi('ListedItem')

export const basis = z.enum(['history', 'popularity']).openapi('Basis', {
  description: 'Popularity stands in where the model knows nothing of the history, as for a new user',
})

export const historySize = z.int().openapi({ description: 'How many items were rated' })

/** When what an answer rests on was read. */
export const asOf = z.iso.datetime().openapi({ description: 'Ratings committed until then count' })

export const recommendation = z.object({
  requestId: z.string().openapi({ description: 'To be named in feedback on this answer' }),
  model: parameters.answeringModel,
  basis,
  historySize,
  asOf,
  explore: z
    .object({ seed: z.int(), draws: z.int() })
    .optional()
    .openapi({ description: 'The seed that draws this list again, and of how many equally likely lists' }),
  items: z.array(listedItem).openapi({ description: 'Best first' }),
})

export const ignored = z.array(z.string()).openapi({ description: 'Items that the model does not know' })

/** What routes about models may answer besides. */
export const modelProblems = ['unknown-model', 'no-champion', 'model-unavailable'] as const
export const bodyProblems = ['malformed-body', 'unsupported-media-type', 'body-too-large'] as const

/** A history that comes with a question. */
export const givenHistory = z
  .array(
    z.strictObject({
      itemId: parameters.itemId,
      value: parameters.ratingValue.optional().openapi({
        description:
          'The rating; where left out, the highest that the model has seen. Below 0 it is a dislike',
      }),
    }),
  )
  .openapi('History')

export type GivenHistory = z.infer<typeof givenHistory>

export function valued(history: GivenHistory, { highestRating }: ServedModel): RatedItem[] {
  return history.map(({ itemId, value = highestRating }) => ({ itemId, value }))
}

/** Which version answers. */
export function nameOf({ manifest }: ServedModel): { name: string; version: number } {
  return { name: manifest.model, version: manifest.version }
}

export function exploration({ explore }: Wish): { explore?: { seed: number; draws: number } } {
  return explore === null ? {} : { explore: { seed: explore.seed, draws: explorationDraws } }
}

/** Gives items their titles. */
export async function titled(items: readonly ScoredItem[], ratings: Pick<UserRatings, 'titles'>) {
  const titles = await ratings.titles(items.map(({ itemId }) => itemId))
  return items.map(({ itemId, score, propensity }) => ({
    itemId,
    title: titles.get(itemId) ?? null,
    score,
    propensity,
  }))
}
