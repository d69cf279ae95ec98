// A weighted mean of the standardized scores of several models, and of their predicted ratings where all predict ratings.
import { z } from 'zod'
import { positiveThresholdOf } from '../interactions/positive-threshold.ts'
import { HyperparametersError, parseHyperparameters } from './define-model.ts'
import { positiveThreshold } from './hyperparameters.ts'
import type { BlendModel, Model } from './model.ts'
import { isRatingPredictor, type RatingPredictor, type Scorer } from './scorer.ts'
import type { Weight, Weights } from './weights.ts'

const partSchema = z.strictObject({
  model: z.string(),
  hyperparameters: z.record(z.string(), z.unknown()).default({}),
  /** The epoch to end at; chosen by validation when absent. */
  lastEpoch: z.int().min(1).optional(),
})

const hyperparameters = z
  .strictObject({
    positiveThreshold,
    parts: z
      .array(z.union([z.string().transform((model) => partSchema.parse({ model })), partSchema]))
      .min(2)
      .max(5)
      .default(() => ['rec-vae', 'ridge'].map((model) => partSchema.parse({ model })))
      .describe('The models, each a name or { model, hyperparameters }'),
    shares: z
      .array(z.number().min(0).max(1))
      .optional()
      .describe("Each part's share of the score; chosen by validation when absent"),
  })
  .refine(({ parts, shares }) => shares === undefined || shares.length === parts.length, {
    message: 'needs as many numbers as there are parts',
    path: ['shares'],
  })

/** The model `blend`, whose parts may be any of `models`. */
export function defineBlend(models: readonly Model[]): BlendModel<'blend'> {
  const find = (name: string): Model => {
    const model = models.find((model) => model.name === name)
    if (model) return model
    const names = models.map(({ name }) => name).join(', ')
    throw new HyperparametersError(`A blend cannot have the part '${name}'; there are ${names}`)
  }
  return Object.freeze({
    kind: 'blend',
    name: 'blend',
    hyperparameters,
    usesPositiveThreshold: true,
    // it does if its parts do
    predictsRatings: false,
    resolve(given, data) {
      const positiveThreshold = positiveThresholdOf({ matrix: data })
      const resolved = parseHyperparameters('blend', hyperparameters, { positiveThreshold, ...given })
      for (const { model, hyperparameters } of resolved.parts) find(model).resolve(hyperparameters, data)
      return resolved
    },
    part: find,
    exportWeights: (parts) => Object.assign({}, ...parts.map(withPrefix)),
    open(weights, given) {
      const { parts, shares = parts.map(() => 1 / parts.length) } = hyperparameters.parse(given)
      const scorers = parts.map(({ model, hyperparameters }, n) =>
        find(model).open(withoutPrefix(weights, n), hyperparameters),
      )
      return blendScorers(scorers, shares)
    },
  } satisfies BlendModel<'blend'>)
}

function withPrefix(weights: Weights, part: number): Weights {
  return Object.fromEntries(Object.entries(weights).map(([name, weight]) => [`${part}.${name}`, weight]))
}

function withoutPrefix(weights: Weights, part: number): Weights {
  const prefix = `${part}.`
  const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(
    own.map(([name, weight]): [string, Weight] => [name.slice(prefix.length), weight]),
  )
}

/**
 * Scores Σ_m share_m z_m, with z_m the scores of a part, standardized over all items for each user; predicts
 * Σ_m share_m r_m if all parts predict ratings. Disposes of the parts.
 */
function blendScorers(
  parts: readonly Scorer[],
  shares: readonly number[],
): Scorer | (Scorer & RatingPredictor) {
  const itemCount = parts[0]!.itemCount
  const blend: Scorer = {
    itemCount,
    async score(histories) {
      const scores = new Float32Array(histories.rows * itemCount)
      for (const [n, part] of parts.entries())
        addScaled(scores, standardizeRows(await part.score(histories), itemCount), shares[n]!)
      return scores
    },
    dispose: () => {
      for (const part of parts) part.dispose()
    },
  }
  if (!parts.every(isRatingPredictor)) return blend
  return {
    ...blend,
    async predict(users, histories, targets) {
      const ratings = new Float32Array(targets.values.length)
      for (const [n, part] of parts.entries())
        addScaled(ratings, await part.predict(users, histories, targets), shares[n]!)
      return ratings
    },
    predictUnknownItem(histories) {
      const ratings = new Float32Array(histories.rows)
      for (const [n, part] of parts.entries())
        addScaled(ratings, part.predictUnknownItem(histories), shares[n]!)
      return ratings
    },
  }
}

/** sums += share · values */
export function addScaled(sums: Float32Array, values: Float32Array, share: number): void {
  for (let n = 0; n < sums.length; n++) sums[n]! += share * values[n]!
}

/** Shifts and scales each row of scores, in place, to mean 0 and standard deviation 1; a row of equal scores becomes 0. */
export function standardizeRows(scores: Float32Array, columns: number): Float32Array {
  for (let start = 0; start < scores.length; start += columns)
    standardize(scores.subarray(start, start + columns))
  return scores
}

function standardize(row: Float32Array): void {
  const mean = row.reduce((sum, score) => sum + score, 0) / row.length
  const variance = row.reduce((sum, score) => sum + (score - mean) ** 2, 0) / row.length
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0
  for (let n = 0; n < row.length; n++) row[n] = (row[n]! - mean) * scale
}
