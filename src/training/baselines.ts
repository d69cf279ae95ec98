// The baselines that every candidate is evaluated beside, on the same held-out users.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { withPositiveThreshold } from '../models/define-model.ts'
import { findModel } from '../models/models.ts'
import type { Scorer } from '../models/scorer.ts'
import { fit } from './fit.ts'

export interface BaselineTraining {
  /** users × items ratings. */
  readonly train: CsrMatrix
  readonly positiveThreshold: number
  readonly seed: number
}

/** EASE inverts an items × items matrix: the time grows with the cube of this number, the memory with its square. */
const maxEaseItems = 10_000

/** Why a baseline is left out, in a sentence; null if it is not. */
export function whyLeftOut(name: string, items: number): string | null {
  if (name !== 'ease' || items <= maxEaseItems) return null
  const [count, limit] = [items, maxEaseItems].map((number) => number.toLocaleString('en-US'))
  return `ease is left out as a baseline: the ratings have ${count} items, and it is computed for at most ${limit}.`
}

/** Fits a baseline with its default hyperparameters and passes it to `use`. */
export async function withBaseline<T>(
  name: string,
  { train, positiveThreshold, seed }: BaselineTraining,
  use: (scorer: Scorer) => Promise<T>,
): Promise<T> {
  const model = findModel(name)
  const { weights, hyperparameters } = await fit({
    model,
    hyperparameters: withPositiveThreshold(model, positiveThreshold),
    train,
    seed,
  })
  const scorer = model.open(weights, hyperparameters)
  return use(scorer).finally(() => scorer.dispose())
}
