// AutoRec on ratings of any scale: it reads and predicts them as stars from 1 to 5, the scale for which λ, the initial weights
// and the learning rate were chosen. Ratings from 1 to 5 remain as they are.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import { ratingScale } from '../../interactions/rating-scale.ts'
import type { Objective } from '../model.ts'
import { hasContributions, isLatentModel, type RatingPredictor, type Scorer } from '../scorer.ts'
import { scalarWeight, type Weights } from '../weights.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'

type RatingSettings = Pick<AutoRecHyperparameters, 'positiveThreshold' | 'coldRating'>

interface Definition<H extends RatingSettings, S extends Scorer & RatingPredictor> {
  objective(data: CsrMatrix, hyperparameters: H): Objective
  exportWeights(learned: Weights, data: CsrMatrix, hyperparameters: H): Promise<Weights>
  open(weights: Weights, hyperparameters: H): S
}

/** The same model on ratings of any scale. Artifacts of version 0.1 have no scale: they were trained on the ratings themselves. */
export function onStarScale<H extends RatingSettings, S extends Scorer & RatingPredictor>({
  objective,
  exportWeights,
  open,
}: Definition<H, S>): Definition<H, S> {
  return {
    objective(data, hyperparameters) {
      const scale = starScaleOf(data)
      return objective(toStars(data, scale), inStars(hyperparameters, scale))
    },
    async exportWeights(learned, data, hyperparameters) {
      const scale = starScaleOf(data)
      const exported = await exportWeights(learned, toStars(data, scale), inStars(hyperparameters, scale))
      const { positiveThreshold } = exported
      return {
        ...exported,
        // in the unit of the ratings, as for all models
        ...(positiveThreshold && { positiveThreshold: scalarWeight(hyperparameters.positiveThreshold) }),
        starScale: { shape: [2], values: Float32Array.of(scale.offset, scale.factor) },
      }
    },
    open(weights, hyperparameters) {
      const [offset = 0, factor = 1] = weights.starScale?.values ?? []
      const scale = { offset, factor }
      if (isIdentity(scale)) return open(weights, hyperparameters)
      return onRatings(open(thresholdInStars(weights, scale), inStars(hyperparameters, scale)), scale)
    },
  }
}

/** stars = offset + factor · rating */
interface StarScale {
  readonly offset: number
  readonly factor: number
}

function starScaleOf(data: CsrMatrix): StarScale {
  const { lowest, highest } = ratingScale(data)
  // also where only some of the stars occur, as in data of positives alone
  const isInStars = lowest >= 1 && highest >= 4 && highest <= 5
  if (lowest === highest || isInStars) return { offset: 0, factor: 1 }
  const factor = 4 / (highest - lowest)
  return { offset: 1 - factor * lowest, factor }
}

function isIdentity({ offset, factor }: StarScale): boolean {
  return offset === 0 && factor === 1
}

function toStars(ratings: CsrMatrix, scale: StarScale): CsrMatrix {
  if (isIdentity(scale)) return ratings
  return { ...ratings, values: ratings.values.map((value) => scale.offset + scale.factor * value) }
}

function inStars<H extends RatingSettings>(hyperparameters: H, { offset, factor }: StarScale): H {
  const { positiveThreshold, coldRating } = hyperparameters
  return {
    ...hyperparameters,
    positiveThreshold: offset + factor * positiveThreshold,
    coldRating: coldRating === 'bias' ? coldRating : offset + factor * coldRating,
  }
}

function thresholdInStars(weights: Weights, { offset, factor }: StarScale): Weights {
  const [threshold] = weights.positiveThreshold?.values ?? []
  if (threshold === undefined) return weights
  return { ...weights, positiveThreshold: scalarWeight(offset + factor * threshold) }
}

/** A model of stars as a model of ratings. Scores only rank, and keep their unit. */
function onRatings<S extends Scorer & RatingPredictor>(model: S, scale: StarScale): S {
  const ofStars =
    <A extends unknown[], R>(method: (histories: CsrMatrix, ...rest: A) => R) =>
    (histories: CsrMatrix, ...rest: A) =>
      method(toStars(histories, scale), ...rest)
  const ofRatings = (stars: Float32Array) => stars.map((star) => (star - scale.offset) / scale.factor)
  return {
    ...model,
    score: ofStars(model.score),
    ...(isLatentModel(model) && { embed: ofStars(model.embed) }),
    ...(hasContributions(model) && { contributions: ofStars(model.contributions) }),
    async predict(users, histories, targets) {
      return ofRatings(await model.predict(users, toStars(histories, scale), targets))
    },
    predictUnknownItem: (histories) => ofRatings(model.predictUnknownItem(toStars(histories, scale))),
  }
}
