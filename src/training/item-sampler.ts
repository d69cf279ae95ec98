// The items of an update whose softmax is estimated: those of the batch, and some drawn among all others.
import { type CsrMatrix, columnCounts } from '../interactions/csr/csr-matrix.ts'
import { createRandom } from '../random/random.ts'

export interface ItemSample {
  /** Of each entry of the batch, the place of its item in `batchItems`. */
  readonly indices: Int32Array
  /** Ascending: the items of the batch, of which each user's positives are some. */
  readonly batchItems: Int32Array
  /** Ascending, none of them in the batch. */
  readonly negatives: Int32Array
  /** log of the inverse of the expected number of draws of each negative, times the number of its draws. */
  readonly corrections: Float32Array
}

/** @param step the number of previous updates; the sample depends on nothing else but seed and batch */
export type ItemSampler = (batch: CsrMatrix, step: number) => ItemSample

/**
 * Draws `count` items n with replacement, of which those that the batch lacks become the negatives of all its users. With Q the
 * probability of an item in one draw and c the number of its draws, Σ e^logit over the items of the batch plus
 * Σ c / (n Q) e^logit over the negatives has the normalizer of the full softmax as its mean: the importance sampling of Bengio
 * and Senécal, IEEE Transactions on Neural Networks 2008, with the log Q correction of the logits that Jean et al., ACL 2015,
 * and Yi et al., RecSys 2019, apply. Q is proportional to the square root of one more than the number of users of an item.
 *
 * @param examples users × items, all that are trained on
 */
export function createItemSampler(examples: CsrMatrix, count: number, seed: number): ItemSampler {
  const cumulated = cumulate(Float64Array.from(columnCounts(examples), (users) => Math.sqrt(users + 1)))
  const total = cumulated.at(-1) ?? 0
  /** Of each item of the current batch; −1 for all others. */
  const places = new Int32Array(examples.columns).fill(-1)
  return (batch, step) => {
    // at least one, whatever it is: some backends have no slices of size 0
    const batchItems = batch.indices.length > 0 ? distinct(batch.indices) : Int32Array.of(0)
    batchItems.forEach((item, place) => {
      places[item] = place
    })
    const indices = batch.indices.map((item) => places[item]!)
    const random = createRandom(seed, 'negatives', step)
    const draws = Int32Array.from({ length: count }, () => placeOf(cumulated, random.uniform() * total))
    const outside = draws.filter((item) => places[item]! < 0).sort()
    for (const item of batchItems) places[item] = -1
    const negatives = distinct(outside)
    const corrections = new Float32Array(negatives.length)
    for (let n = 0, draw = 0; n < negatives.length; n++) {
      const item = negatives[n]!
      const first = draw
      while (outside[draw] === item) draw++
      const q = (cumulated[item]! - (cumulated[item - 1] ?? 0)) / total
      corrections[n] = Math.log((draw - first) / (count * q))
    }
    return { indices, batchItems, negatives, corrections }
  }
}

/** Ascending. */
function distinct(items: Int32Array): Int32Array {
  const sorted = items.slice().sort()
  return sorted.filter((item, n) => n === 0 || item !== sorted[n - 1])
}

function cumulate(values: Float64Array): Float64Array {
  let sum = 0
  return values.map((value) => (sum += value))
}

/** The first place whose cumulated value is above `value`. */
function placeOf(cumulated: Float64Array, value: number): number {
  let [low, high] = [0, cumulated.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulated[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}
