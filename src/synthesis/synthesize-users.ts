// New users of a VAE: vectors of the latent space, decoded into histories.
import { type CsrMatrix, rowLength } from '../interactions/csr/csr-matrix.ts'
import { sliceRows } from '../interactions/csr/select.ts'
import { transpose } from '../interactions/csr/transpose.ts'
import { positiveRatings, positives } from '../interactions/positives.ts'
import type { LatentModel, PosteriorModel } from '../models/scorer.ts'
import type { Random } from '../random/random.ts'
import type { Posteriors, UserPrior } from './user-prior.ts'

/** The posteriors of real users, without those who have no positive interaction. */
export async function posteriorsOf(
  model: PosteriorModel,
  ratings: CsrMatrix,
  positiveThreshold: number,
): Promise<Posteriors> {
  const [means, stds, lengths]: [number[][], number[][], number[]] = [[], [], []]
  for (let start = 0; start < ratings.rows; start += batchSize) {
    const batch = sliceRows(ratings, start, Math.min(start + batchSize, ratings.rows))
    const positive = positives(batch, positiveThreshold)
    const { mean, std } = await model.posterior(batch)
    for (let user = 0; user < batch.rows; user++) {
      if (rowLength(positive, user) === 0) continue
      const rowOf = (values: Float32Array) =>
        Array.from(values.subarray(user * model.latentSize, (user + 1) * model.latentSize))
      means.push(rowOf(mean))
      stds.push(rowOf(std))
      lengths.push(rowLength(positive, user))
    }
  }
  return { mean: Float32Array.from(means.flat()), std: Float32Array.from(stds.flat()), lengths }
}

const batchSize = 200

/**
 * Yields batches of new users × items. The items of a user are drawn without replacement from the softmax of the decoded
 * logits (by the Gumbel trick: Kool, van Hoof and Welling, "Stochastic beams and where to find them", ICML 2019), each with the
 * value of a random positive rating of the item.
 *
 * @param ratings the real ratings
 */
export async function* synthesizeUsers(
  model: LatentModel,
  prior: UserPrior,
  ratings: CsrMatrix,
  { users, positiveThreshold, random }: SynthesisOptions,
): AsyncGenerator<CsrMatrix> {
  const values = transpose(positiveRatings(ratings, positiveThreshold))
  for (let start = 0; start < users; start += batchSize) {
    const drawn = Array.from({ length: Math.min(batchSize, users - start) }, () => prior.draw(random))
    const logits = await model.decode(Float32Array.from(drawn.flatMap(({ z }) => Array.from(z))))
    const histories = drawn.map(({ length }, user) =>
      drawItems(logits.subarray(user * ratings.columns, (user + 1) * ratings.columns), length, random),
    )
    yield {
      rows: drawn.length,
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
}

/** The `count` items of the largest logit plus Gumbel noise, ascending. */
function drawItems(logits: Float32Array, count: number, random: Random): Int32Array {
  const keys = Float64Array.from(logits, (logit) => logit - Math.log(-Math.log(random.uniform() + tiny)))
  const limit = keys.slice().sort()[Math.max(0, keys.length - count)]!
  return Int32Array.from(keys.keys()).filter((item) => keys[item]! >= limit)
}

/** Keeps the logarithm of a draw of 0 finite. */
const tiny = 1e-12

function runningTotals(lengths: readonly number[]): number[] {
  let total = 0
  return lengths.map((length) => {
    total += length
    return total
  })
}
