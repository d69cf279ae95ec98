// Defaults of AutoRec by the data: ratings or residuals, with the λ of the latter.
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { AutoRecHyperparameters } from './autorec-hyperparameters.ts'

type Target = AutoRecHyperparameters['target']

/**
 * `set` where it is a target; else residuals for sparse data, ratings for others. As a measure of how much there is to learn
 * from, (√a + √b)² is compared with `limit`.
 */
export function targetFor(data: CsrMatrix, set: unknown, limit: number): Target {
  if (set === 'ratings' || set === 'residuals') return set
  return noiseOf(data) < limit ? 'residuals' : 'ratings'
}

/**
 * λ for residuals, which have a variance of 1. As a linear model of them AutoRec is min ‖Z − M Z‖² + 4λ ‖M‖_* over the observed
 * entries, where ‖·‖_* is the nuclear norm, and noise has a Z Zᵀ of spectral norm (√a + √b)²; so λ grows in proportion to
 * it. The factor is that of the best λ for the validation ratings of MovieLens 100K (of 60, 120 and 240: 120 for 261), a
 * random quarter of it (of 10, 30 and 100: 30 for 65) and a tenth of 1M (of 15, 32 and 64: 32 for 70).
 */
export function residualRegularization(data: CsrMatrix): number {
  return Math.round(5 * noiseOf(data)) / 10
}

/** (√a + √b)², with a the mean number of ratings of a user and b that of an item. */
function noiseOf({ rows, columns, values }: CsrMatrix): number {
  return (Math.sqrt(values.length / rows) + Math.sqrt(values.length / columns)) ** 2
}
