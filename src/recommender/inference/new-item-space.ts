// Vectors of items that a version was not trained on: the regression of the item vectors on the attributes.
import { type AttributeRegression, columnMeans } from '../../attributes/attribute-regression.ts'
import type { CsrMatrix } from '../../interactions/csr/csr-matrix.ts'
import type { ItemSpace } from '../../models/scorer.ts'
import { forEachVector, type ItemGeometry } from './item-geometry.ts'

/** B with vector(x) = mean + (x − x̄) B for features x. */
export interface VectorRegression {
  readonly mean: Float64Array
  /** features × size */
  readonly coefficients: Float64Array
  /** features: x̄ */
  readonly featureMeans: Float64Array
}

/** (XᵀX + Λ)⁻¹ XᵀV for centered features X and item vectors V. */
export async function regressVectors(
  { features, inverse }: AttributeRegression,
  space: ItemSpace,
  { mean }: Pick<ItemGeometry, 'mean'>,
): Promise<VectorRegression> {
  const size = space.itemVectorSize
  const count = features.columns
  const products = new Float64Array(count * size)
  await forEachVector(space, features.rows, (vector, item) => {
    for (let n = features.offsets[item]!; n < features.offsets[item + 1]!; n++) {
      const start = features.indices[n]! * size
      const entry = features.values[n]!
      for (let d = 0; d < size; d++) products[start + d]! += entry * (vector[d]! - mean[d]!)
    }
  })
  const coefficients = new Float64Array(count * size)
  for (let row = 0; row < count; row++)
    for (let n = 0; n < count; n++)
      for (let d = 0; d < size; d++)
        coefficients[row * size + d]! += inverse[row * count + n]! * products[n * size + d]!
  return { mean, coefficients, featureMeans: columnMeans(features) }
}

/** The vector of each row of `features`, less the mean of the item vectors: rows × size. */
export function centeredVectors(
  { mean, coefficients, featureMeans }: VectorRegression,
  { rows, offsets, indices, values }: CsrMatrix,
): Float32Array {
  const size = mean.length
  const atMeans = new Float64Array(size)
  for (const [feature, value] of featureMeans.entries())
    for (let d = 0; d < size; d++) atMeans[d]! += value * coefficients[feature * size + d]!
  const vectors = new Float32Array(rows * size)
  for (let row = 0; row < rows; row++) {
    const vector = atMeans.map((value) => -value)
    for (let n = offsets[row]!; n < offsets[row + 1]!; n++)
      for (let d = 0; d < size; d++) vector[d]! += values[n]! * coefficients[indices[n]! * size + d]!
    vectors.set(vector, row * size)
  }
  return vectors
}

/** The lengths of centered vectors; infinite for one that differs from the mean by no more than rounding. */
export function lengthsOf(centered: Float32Array, { mean, lengths }: ItemGeometry): Float32Array {
  const size = mean.length
  const longest = lengths.reduce((max, length) => (Number.isFinite(length) ? Math.max(max, length) : max), 0)
  return Float32Array.from({ length: centered.length / size }, (_, row) => {
    const length = Math.hypot(...centered.subarray(row * size, (row + 1) * size))
    return length > 1e-5 * longest ? length : Number.POSITIVE_INFINITY
  })
}
