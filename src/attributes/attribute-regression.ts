// Scores of items that a version was not trained on, predicted from their attributes.
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import type { AttributeEncoding } from './attribute-encoding.ts'

/**
 * Ridge regression of scores on the attributes of the training items. For centered features X, a diagonal Λ with one λ for
 * each attribute and the scores s of a user, β = (XᵀX + Λ)⁻¹ Xᵀs, and the score of an item with features x is mean(s) + x·β.
 *
 * That is Σ_j a_j s_j over the training items j, with weights a that depend on attributes alone and sum to 1 (the dual form:
 * Saunders, Gammerman and Vovk, ICML 1998). So it is the score that a model would give the item whose column of the last layer
 * is the regression of these columns on the attributes, where the last layer is linear, and a blend may shift and scale scores.
 */
export interface AttributeRegression {
  readonly encoding: AttributeEncoding
  /** Training items × features, not centered. */
  readonly features: CsrMatrix
  /** features × features, row-major: (XᵀX + Λ)⁻¹ for centered features X. */
  readonly inverse: Float32Array
}

/** Predicts rows of values of new items from those of the training items. */
export interface AttributePredictor {
  /**
   * @param values one for each training item, such as the scores of a user
   * @returns the values, followed by one for each row of `newItems`
   */
  extend(values: Float32Array, newItems: CsrMatrix): Float32Array
  /**
   * Training items × (features + 1), row-major. The sums of values with these weights are what `predict` needs: β, and the
   * mean of the values.
   */
  weights(): Float32Array
  /** @param sums β and the mean of the values, see `weights` */
  predict(sums: ArrayLike<number>, newItems: CsrMatrix): Float32Array
}

export function createAttributePredictor({ features, inverse }: AttributeRegression): AttributePredictor {
  const means = columnMeans(features)
  const size = features.columns

  /** mean + (x − x̄)·β for each row x of the new items. */
  function predict(sums: ArrayLike<number>, { rows, offsets, indices, values }: CsrMatrix): Float32Array {
    let atMeans = sums[size]!
    for (let feature = 0; feature < size; feature++) atMeans -= means[feature]! * sums[feature]!
    const predicted = new Float32Array(rows)
    for (let item = 0; item < rows; item++) {
      let value = atMeans
      for (let n = offsets[item]!; n < offsets[item + 1]!; n++) value += values[n]! * sums[indices[n]!]!
      predicted[item] = value
    }
    return predicted
  }

  return {
    predict,
    extend(values, newItems) {
      // relative to the first, so that equal values predict exactly this value
      const reference = values[0] ?? 0
      let sum = 0
      for (let item = 0; item < values.length; item++) sum += values[item]! - reference
      const mean = reference + sum / Math.max(values.length, 1)
      const beta = multiply(inverse, centeredProducts(features, values, mean))
      const extended = new Float32Array(values.length + newItems.rows)
      extended.set(values)
      extended.set(predict([...beta, mean], newItems), values.length)
      return extended
    },
    weights() {
      const atMeans = multiply(inverse, means)
      const weights = new Float32Array(features.rows * (size + 1))
      for (let item = 0; item < features.rows; item++) {
        const row = weights.subarray(item * (size + 1), (item + 1) * (size + 1))
        for (let feature = 0; feature < size; feature++) {
          let sum = -atMeans[feature]!
          for (let n = features.offsets[item]!; n < features.offsets[item + 1]!; n++)
            sum += inverse[features.indices[n]! * size + feature]! * features.values[n]!
          row[feature] = sum
        }
        row[size] = 1 / features.rows
      }
      return weights
    },
  }
}

export function columnMeans({ rows, columns, indices, values }: CsrMatrix): Float64Array {
  const means = new Float64Array(columns)
  for (let n = 0; n < values.length; n++) means[indices[n]!]! += values[n]! / rows
  return means
}

/** Xᵀ(v − mean), the same for features X that are centered, if `mean` is that of the values v. */
export function centeredProducts(
  { rows, columns, offsets, indices, values: entries }: CsrMatrix,
  values: Float32Array,
  mean: number,
): Float64Array {
  const products = new Float64Array(columns)
  for (let item = 0; item < rows; item++) {
    const centered = values[item]! - mean
    for (let n = offsets[item]!; n < offsets[item + 1]!; n++) products[indices[n]!]! += entries[n]! * centered
  }
  return products
}

function multiply(matrix: Float32Array, vector: Float64Array): Float64Array {
  const size = vector.length
  return vector.map((_, row) => {
    let sum = 0
    for (let n = 0; n < size; n++) sum += matrix[row * size + n]! * vector[n]!
    return sum
  })
}
