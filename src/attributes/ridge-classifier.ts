// One ridge regression for each class, on ±1, with an intercept: the class with the highest score is predicted.
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { type CsrMatrix, rowOf } from '../interactions/csr/csr-matrix.ts'
import type { Random } from '../random/random.ts'

export interface Classifier {
  /** rows × classes, row-major. */
  score(features: CsrMatrix): Float64Array
}

/**
 * @param features examples × features
 * @param classes the class of each example, from 0
 * @param penalty λ of λ‖w‖², in numbers of examples
 */
export function fitClassifier(
  features: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  penalty: number,
): Classifier {
  const { rows, columns } = features
  const means = new Float64Array(columns)
  const shares = new Float64Array(classCount)
  const gram = Matrix.zeros(columns, columns)
  const products = Matrix.zeros(columns, classCount)
  const sums = new Float64Array(columns * columns)
  for (let row = 0; row < rows; row++) {
    const { indices, values } = rowOf(features, row)
    const label = classes[row]!
    shares[label]! += 1 / rows
    for (const [n, a] of indices.entries()) {
      means[a]! += values[n]! / rows
      products.set(a, label, products.get(a, label) + values[n]!)
      for (let m = 0; m <= n; m++) sums[a * columns + indices[m]!]! += values[n]! * values[m]!
    }
  }
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b <= a; b++) {
      const centered = sums[a * columns + b]! - rows * means[a]! * means[b]!
      gram.set(a, b, centered)
      gram.set(b, a, centered)
    }
    gram.set(a, a, gram.get(a, a) + penalty)
    // targets are 1 or −1, so twice the indicator; centered
    for (let c = 0; c < classCount; c++)
      products.set(a, c, 2 * (products.get(a, c) - rows * means[a]! * shares[c]!))
  }
  const weights = new CholeskyDecomposition(gram).solve(products)
  const intercepts = shares.map((share, c) => {
    let sum = 2 * share - 1
    for (let a = 0; a < columns; a++) sum -= means[a]! * weights.get(a, c)
    return sum
  })
  return {
    score: (others) => {
      const scores = new Float64Array(others.rows * classCount)
      for (let row = 0; row < others.rows; row++) {
        const { indices, values } = rowOf(others, row)
        for (let c = 0; c < classCount; c++) {
          let sum = intercepts[c]!
          for (const [n, a] of indices.entries()) sum += values[n]! * weights.get(a, c)
          scores[row * classCount + c] = sum
        }
      }
      return scores
    },
  }
}

/** The class of the highest score of each row; the first one of equals. */
export function highestClasses(scores: Float64Array, classCount: number): Int32Array {
  return Int32Array.from({ length: scores.length / classCount }, (_, row) => {
    const rowScores = scores.subarray(row * classCount, (row + 1) * classCount)
    return rowScores.indexOf(rowScores.reduce((a, b) => Math.max(a, b)))
  })
}

/** In shares of the mean square of the features, times the number of examples. */
const penalties = [0.001, 0.01, 0.1, 1, 10]

/** The penalty, among five, with which a classifier fitted on four fifths of the examples is most accurate on the rest. */
export function choosePenalty(
  features: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  select: (rows: readonly number[]) => CsrMatrix,
  random: Random,
): number {
  let squares = 0
  for (const value of features.values) squares += value ** 2
  const unit = squares === 0 ? 1 : squares / features.columns
  const order = Array.from(random.permutation(features.rows))
  const [test, train] = [order.slice(0, order.length / 5), order.slice(order.length / 5)]
  if (test.length === 0) return unit
  const [trainFeatures, testFeatures] = [select(train), select(test)]
  const trainClasses = Int32Array.from(train, (row) => classes[row]!)
  const correct = penalties.map((share) => {
    const { score } = fitClassifier(trainFeatures, trainClasses, classCount, share * unit)
    const predicted = highestClasses(score(testFeatures), classCount)
    return test.filter((row, n) => predicted[n] === classes[row]).length
  })
  return penalties[correct.indexOf(Math.max(...correct))]! * unit
}
