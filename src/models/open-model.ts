import type { Model } from './model.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/** @deprecated for `model.open` */
export function openModel(model: Model, weights: Weights, hyperparameters: object): Scorer {
  return model.open(weights, hyperparameters)
}
