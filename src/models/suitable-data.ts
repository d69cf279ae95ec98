// Which data a model can learn from.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { formatCount } from '../pages/numbers.ts'
import type { Model } from './model.ts'
import { models } from './models.ts'

/** Why `model` cannot be trained on users × items ratings, with the models that can; undefined if it can. */
export function unsuitableDataReason(
  { name, predictsRatings }: Pick<Model, 'name' | 'predictsRatings'>,
  { values }: Pick<CsrMatrix, 'values'>,
): string | undefined {
  if (!predictsRatings || values.length === 0 || values.some((value) => value !== values[0])) return undefined
  const others = models.filter((model) => !model.predictsRatings).map((model) => model.name)
  return (
    `${name} predicts ratings, and all ${formatCount(values.length)} values are ${values[0]}: there is nothing to ` +
    `predict. Train a model of positive interactions instead: ${others.join(', ')}`
  )
}
