import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import type { Scorer } from '../models/scorer.ts'
import { standardizationOf } from '../models/standardize.ts'
import {
  type AttributeEncoding,
  createEncoder,
  featureCount,
  type ItemAttributes,
} from './attribute-encoding.ts'
import { type AttributeRegression, centeredProducts, columnMeans } from './attribute-regression.ts'
import { choosePenalties, invertWithPenalties, type RidgeProblem } from './choose-penalties.ts'
import { learnEncoding } from './learn-encoding.ts'

/**
 * Fits the regression of a model's scores on the attributes of its items. Which attributes it uses, and how much each is
 * shrunk, is chosen for the scores of at most 500 training users, each scaled to variance 1.
 *
 * @param ratings users × items: the training ratings
 * @param items the attributes of each item; undefined for an item without
 * @returns undefined if no attribute predicts scores
 */
export async function fitAttributeRegression(
  scorer: Scorer,
  ratings: CsrMatrix,
  items: readonly (ItemAttributes | undefined)[],
): Promise<AttributeRegression | undefined> {
  const encoding = learnEncoding(items)
  if (encoding.length === 0) return undefined
  const features = createEncoder(encoding)(items)
  const groups = encoding.map(featureCount)
  const problem = { ...(await ridgeProblemOf(scorer, ratings, features)), groups }
  const penalties = await choosePenalties(problem)
  return regressionWith(encoding, penalties, items)
}

/** Without the attributes of an infinite penalty. */
function regressionWith(
  encoding: AttributeEncoding,
  penalties: readonly number[],
  items: readonly (ItemAttributes | undefined)[],
): AttributeRegression | undefined {
  const kept = encoding.filter((_, group) => Number.isFinite(penalties[group]))
  if (kept.length === 0) return undefined
  const features = createEncoder(kept)(items)
  const lambda = encoding.flatMap((attribute, group) =>
    kept.includes(attribute) ? Array.from({ length: featureCount(attribute) }, () => penalties[group]!) : [],
  )
  const inverse = invertWithPenalties(centeredGram(features), lambda)
  return { encoding: kept, features, inverse: Float32Array.from(inverse) }
}

async function ridgeProblemOf(
  scorer: Scorer,
  ratings: CsrMatrix,
  features: CsrMatrix,
): Promise<Omit<RidgeProblem, 'groups'>> {
  const size = features.columns
  const responses = new Float64Array(size * size)
  let total = 0
  const users = sampleUsers(ratings)
  for (let start = 0; start < users.length; start += userBatchSize) {
    const histories = selectRows(ratings, users.subarray(start, start + userBatchSize))
    const scores = await scorer.score(histories)
    for (let user = 0; user < histories.rows; user++) {
      const row = scores.subarray(user * features.rows, (user + 1) * features.rows)
      const { mean, scale } = standardizationOf(row)
      if (scale === 0) continue
      total += features.rows
      addOuterProduct(responses, centeredProducts(features, row, mean), scale ** 2)
    }
  }
  return { rows: features.rows, size, gram: centeredGram(features), responses, total }
}

const maxUsers = 500
const userBatchSize = 20

/** Users with ratings, spread evenly over all. */
function sampleUsers(ratings: CsrMatrix): Int32Array {
  const users = Array.from({ length: ratings.rows }, (_, user) => user).filter(
    (user) => rowLength(ratings, user) > 0,
  )
  const count = Math.min(users.length, maxUsers)
  return Int32Array.from({ length: count }, (_, n) => users[Math.floor((n * users.length) / count)]!)
}

/** XᵀX − n x̄ x̄ᵀ */
function centeredGram(features: CsrMatrix): Float64Array {
  const { rows, columns, offsets, indices, values } = features
  const means = columnMeans(features)
  const gram = new Float64Array(columns * columns)
  addOuterProduct(gram, means, -rows)
  for (let item = 0; item < rows; item++)
    for (let n = offsets[item]!; n < offsets[item + 1]!; n++)
      for (let m = offsets[item]!; m < offsets[item + 1]!; m++)
        gram[indices[n]! * columns + indices[m]!]! += values[n]! * values[m]!
  return gram
}

function addOuterProduct(sums: Float64Array, vector: Float64Array, scale: number): void {
  const size = vector.length
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      sums[row * size + column]! += scale * vector[row]! * vector[column]!
}
