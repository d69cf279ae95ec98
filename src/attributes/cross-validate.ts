import { setImmediate } from 'node:timers/promises'
import type { CsrMatrix } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import { createRandom } from '../random/random.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { type Classifier, choosePenalty, fitClassifier, highestClasses } from './ridge-classifier.ts'

/** A classifier whose penalty is chosen on a fifth of the examples. */
export function fitTunedClassifier(
  features: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  seed: number,
): Classifier {
  const select = (rows: readonly number[]) => selectRows(features, rows)
  const penalty = choosePenalty(features, classes, classCount, select, createRandom(seed, 'penalty'))
  return fitClassifier(features, classes, classCount, penalty)
}

/**
 * The share of examples whose class is predicted by a classifier that has not seen them: five folds at random, the same
 * for all features of as many examples. Throws the reason of the signal when it is aborted, between two folds.
 */
export async function crossValidate(
  features: CsrMatrix,
  classes: Int32Array,
  classCount: number,
  seed: number,
  signal?: AbortSignal,
): Promise<Estimate> {
  const order = Array.from(createRandom(seed, 'folds').permutation(features.rows))
  const correct = new Float64Array(features.rows)
  for (let fold = 0; fold < folds; fold++) {
    await setImmediate() // so that signals arrive
    signal?.throwIfAborted()
    const test = order.filter((_, n) => n % folds === fold)
    const train = order.filter((_, n) => n % folds !== fold)
    const trainClasses = Int32Array.from(train, (row) => classes[row]!)
    const { score } = fitTunedClassifier(selectRows(features, train), trainClasses, classCount, seed)
    const predicted = highestClasses(score(selectRows(features, test)), classCount)
    for (const [n, row] of test.entries()) correct[row] = predicted[n] === classes[row] ? 1 : 0
  }
  return estimateMean(correct)
}

const folds = 5
