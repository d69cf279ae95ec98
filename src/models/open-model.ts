import type { Model } from './model.ts'
import type { Scorer } from './scorer.ts'
import type { Weights } from './weights.ts'

/**
 * A model as served, with its hyperparameters as they were recorded; its owner disposes of it.
 *
 * @throws ZodError when the hyperparameters are not this model's.
 * @throws Error when the weights are not, naming the one that is missing.
 */
export function openModel(model: Model, weights: Weights, hyperparameters: object): Scorer {
  return model.kind === 'gradient'
    ? model.open(weights, model.hyperparameters.parse(hyperparameters))
    : model.open(weights, model.hyperparameters.parse(hyperparameters))
}
