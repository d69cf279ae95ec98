// Schemas that several responses share, and the values for them.
import { z } from '@hono/zod-openapi'
import type { ItemCatalog } from '../ratings/item-catalog.ts'
import type { ScoredItem } from '../recommender/recommend.ts'
import type { RecommendationOptions } from '../recommender/recommendation-options.ts'
import type { ServedModel } from '../recommender/served-model.ts'

export const modelVersion = z
  .object({
    name: z.string().openapi({ example: 'mult-vae' }),
    version: z.int().openapi({ example: 3 }),
  })
  .openapi('ModelVersion')

export const predictedRating = z.number().optional().openapi({
  description:
    'The rating that the model predicts, within the range of the training ratings; absent if it does not predict ratings or knows no item of the history',
})

export const recommendedItem = z
  .object({
    itemId: z.string(),
    title: z.string().nullable(),
    score: z.number().openapi({
      description:
        'The value by which items are ranked: neither a rating nor a probability, and comparable only within one response',
    }),
    predictedRating,
    propensity: z.number().optional().openapi({
      description: 'With explore, the probability of the item at this rank',
    }),
    interest: z.int().optional().openapi({
      description:
        'The number of the interest of the user that the item is for; absent if the model does not separate interests',
    }),
  })
  .openapi('RecommendedItem')

export const basis = z.enum(['history', 'popularity']).openapi('Basis', {
  description:
    'What the scores are based on: popularity if the model knows no item of the history, or ranks by positive interactions and there are none',
})

export const historySize = z.int().openapi({ description: 'The number of items rated' })

export const asOf = z.iso
  .datetime()
  .openapi({ description: 'Ratings committed before this time are included' })

export const ignored = z.array(z.string()).openapi({ description: 'Items that the model was not trained on' })

export const recommendation = z.object({
  requestId: z.string().openapi({ description: 'Identifies this response in feedback' }),
  model: modelVersion,
  basis,
  historySize,
  asOf,
  explore: z.object({ seed: z.int() }).optional().openapi({
    description: 'The seed that gives this list again',
  }),
  items: z.array(recommendedItem).openapi({ description: 'Highest rank first' }),
})

export const modelProblems = ['unknown-model', 'no-champion', 'model-unavailable'] as const

/** The version that produced a response. */
export function versionOf({ manifest }: ServedModel): z.infer<typeof modelVersion> {
  return { name: manifest.model, version: manifest.version }
}

/** The part of a response that lets an exploring list be drawn again. */
export function explorationOf({ explore }: RecommendationOptions): {
  explore?: { seed: number }
} {
  return explore ? { explore } : {}
}

/** Adds the titles of the items. */
export async function withTitles(items: readonly ScoredItem[], catalog: Pick<ItemCatalog, 'titles'>) {
  const titles = await catalog.titles(items.map(({ itemId }) => itemId))
  return items.map(({ itemId, score, predictedRating, propensity, interest }) => ({
    itemId,
    title: titles.get(itemId) ?? null,
    score,
    predictedRating,
    propensity,
    interest,
  }))
}
