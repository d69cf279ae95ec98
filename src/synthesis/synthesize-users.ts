// New users of a VAE: vectors of the latent space, decoded into histories.
import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { positiveRatings, positives } from '../interactions/positives.ts'
import type { LatentModel, PosteriorModel } from '../models/scorer.ts'
import type { Random } from '../random/random.ts'
import type { RarePairs } from './rare-pairs.ts'
import type { Posteriors, UserPrior } from './user-prior.ts'

/** The posteriors of real users, without those who have no positive interaction. */
export async function posteriorsOf(
  model: PosteriorModel,
  ratings: CsrMatrix,
  positiveThreshold: number,
): Promise<Posteriors> {
  const { latentSize } = model
  const mean = new Float32Array(ratings.rows * latentSize)
  const std = new Float32Array(ratings.rows * latentSize)
  const lengths: number[] = []
  for (let start = 0; start < ratings.rows; start += batchSize) {
    const batch = sliceRows(ratings, start, Math.min(start + batchSize, ratings.rows))
    const positive = positives(batch, positiveThreshold)
    const posterior = await model.posterior(batch)
    for (let user = 0; user < batch.rows; user++) {
      if (rowLength(positive, user) === 0) continue
      const rowOf = (values: Float32Array) => values.subarray(user * latentSize, (user + 1) * latentSize)
      mean.set(rowOf(posterior.mean), lengths.length * latentSize)
      std.set(rowOf(posterior.std), lengths.length * latentSize)
      lengths.push(rowLength(positive, user))
    }
  }
  const size = lengths.length * latentSize
  return { mean: mean.subarray(0, size), std: std.subarray(0, size), lengths }
}

const batchSize = 200

/**
 * Yields batches of new users. The items of a user are drawn without replacement, each with the history length
 * times its decoded probability, which is what the decoder of a multinomial has learned (systematic sampling: Madow, "On
 * the theory of systematic sampling, II", Annals of Mathematical Statistics 1949, in random order). Successive draws
 * would give the most probable items less. The value is that of a random positive rating of the item.
 *
 * A user who shares more rare pairs with one real user than real users share by chance is drawn again.
 *
 * @param ratings the real ratings
 * @throws TooSimilarError if nearly all draws are too similar to real users
 */
export async function* synthesizeUsers(
  model: LatentModel,
  prior: UserPrior,
  ratings: CsrMatrix,
  { users, positiveThreshold, random, rarePairs }: SynthesisOptions,
): AsyncGenerator<SynthesizedUsers> {
  const values = transpose(positiveRatings(ratings, positiveThreshold))
  for (let start = 0; start < users; start += batchSize) {
    const size = Math.min(batchSize, users - start)
    const accepted: Int32Array[] = []
    let [drawn, largestShare] = [0, 0]
    while (accepted.length < size) {
      if (drawn > maxDraws * size) throw new TooSimilarError()
      const histories = await drawHistories(size - accepted.length)
      drawn += histories.length
      for (const items of histories) {
        const share = rarePairs.shareOf(items)
        if (share > rarePairs.realShare) continue
        accepted.push(items)
        largestShare = Math.max(largestShare, share)
      }
    }
    yield { histories: stack(accepted), redrawn: drawn - size, largestShare }
  }

  async function drawHistories(count: number): Promise<Int32Array[]> {
    const drawn = Array.from({ length: count }, () => prior.draw(random))
    const logits = await model.decode(Float32Array.from(drawn.flatMap(({ z }) => Array.from(z))))
    return drawn.map(({ length }, user) =>
      drawItems(logits.subarray(user * ratings.columns, (user + 1) * ratings.columns), length, random),
    )
  }

  function stack(histories: readonly Int32Array[]): CsrMatrix {
    return {
      rows: histories.length,
      columns: ratings.columns,
      offsets: Int32Array.from([0, ...runningTotals(histories.map(({ length }) => length))]),
      indices: Int32Array.from(histories.flatMap((items) => Array.from(items))),
      values: Float32Array.from(histories.flatMap((items) => Array.from(items, (item) => drawValue(item)))),
    }
  }

  function drawValue(item: number): number {
    const count = rowLength(values, item)
    return count === 0 ? positiveThreshold : values.values[values.offsets[item]! + random.integer(count)]!
  }
}

export interface SynthesisOptions {
  readonly users: number
  readonly positiveThreshold: number
  readonly random: Random
  /** Of the real users who must not be copied. */
  readonly rarePairs: RarePairs
}

export interface SynthesizedUsers {
  /** users × items */
  readonly histories: CsrMatrix
  /** The number of draws that were too similar to a real user. */
  readonly redrawn: number
  /** The largest `RarePairs.shareOf` of these users. */
  readonly largestShare: number
}

export class TooSimilarError extends Error {
  override readonly name = 'TooSimilarError'
  override readonly message =
    'Too many new users share more rare pairs of items with one real user than real users share by chance'
}

/** Draws for each user, before the synthesis gives up. */
const maxDraws = 50

/** Ascending items, each with its inclusion probability: by a grid of width 1 over the probabilities in random order. */
function drawItems(logits: Float32Array, count: number, random: Random): Int32Array {
  const probabilities = inclusionProbabilities(logits, count)
  const items: number[] = []
  let [total, next] = [0, random.uniform()]
  for (const item of random.permutation(logits.length)) {
    total += probabilities[item]!
    if (total <= next) continue
    items.push(item)
    next++
  }
  return Int32Array.from(items).sort()
}

/** `count` times the softmax; where that is above 1, it is 1, and the others share what remains. */
function inclusionProbabilities(logits: Float32Array, count: number): Float64Array {
  const probabilities = new Float64Array(logits.length)
  if (count >= logits.length) return probabilities.fill(1)
  for (let left = count, certain = -1; left > 0 && certain !== 0; left -= certain) {
    // relative to the largest of those that are not certain, which may be far below the others
    const largest = logits.reduce((a, b, item) => (probabilities[item] === 1 ? a : Math.max(a, b)), -Infinity)
    const weights = Float64Array.from(logits, (logit, item) =>
      probabilities[item] === 1 ? 0 : Math.exp(logit - largest),
    )
    const sum = weights.reduce((a, b) => a + b)
    certain = 0
    for (const [item, weight] of weights.entries()) {
      if (probabilities[item] === 1) continue
      probabilities[item] = Math.min(1, (left * weight) / sum)
      if (probabilities[item] === 1) certain++
    }
  }
  return probabilities
}

function runningTotals(lengths: readonly number[]): number[] {
  let total = 0
  return lengths.map((length) => {
    total += length
    return total
  })
}
