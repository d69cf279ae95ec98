// How well items that a model was not trained on are recommended by their attributes.
import { createEncoder, type ItemAttributes } from '../attributes/attribute-encoding.ts'
import { type AttributeRegression, createAttributePredictor } from '../attributes/attribute-regression.ts'
import { fitAttributeRegression } from '../attributes/fit-attribute-regression.ts'
import { topItems } from '../compute/top-items.ts'
import { type CsrMatrix, rowIndices, rowLength } from '../interactions/csr/csr-matrix.ts'
import { rowsWithAtLeast, selectRows } from '../interactions/csr/select.ts'
import type { IdMap } from '../interactions/id-map.ts'
import { positiveRatings } from '../interactions/positives.ts'
import { popularity } from '../models/popularity.ts'
import type { Scorer } from '../models/scorer.ts'
import { createRandom } from '../random/random.ts'
import type { HeldOutItems } from '../splits/hold-out-items.ts'
import type { HeldOut } from '../splits/split.ts'
import { type Estimate, estimateMean } from '../statistics/estimate.ts'
import { measureLists } from './measure-lists.ts'
import { parseRankingMetric, type RankingMetric } from './metric.ts'
import { userBatchSize } from './user-batch-size.ts'

/** Items that the evaluated models are not trained on. */
export interface ColdItems extends HeldOutItems {
  /** By item id, also of the other items. */
  readonly attributes: ReadonlyMap<string, ItemAttributes>
}

export interface ColdItemsEvaluation {
  /** The attributes that predict scores; without one the cold items are in no list. */
  readonly attributes: readonly string[]
  /** The cold items that have one of these attributes, of all. */
  readonly predictedItems: number
  readonly items: number
  /** Among the cold items only, for the test users with a positive one: how high these rank. */
  readonly amongColdItems: RankingEstimates
  /** The same in the order of the popularity that their attributes predict, equal for all users. */
  readonly byPopularity: RankingEstimates
  /** The same in random order. */
  readonly inRandomOrder: RankingEstimates
  /** The other items, for the same users as without cold items, in lists that may contain cold items. */
  readonly otherItems: RankingEstimates
  /** The share of the first 20 of these lists that are cold items. */
  readonly shareOfLists: number
}

export type RankingEstimates = Readonly<Partial<Record<RankingMetric, Estimate>>>

interface Trained {
  readonly scorer: Scorer
  /** users × items: the ratings that it learned from. */
  readonly train: CsrMatrix
  readonly items: IdMap
  readonly test: HeldOut
}

interface Options {
  readonly positiveThreshold: number
  /** Of the random order. */
  readonly seed: number
}

/**
 * Fits the regression of the model's scores on the attributes, and ranks the cold items for the test users.
 *
 * @throws RangeError if no user has a positive cold item, or no other target
 */
export async function evaluateColdItems(
  { scorer, train, items, test }: Trained,
  { items: coldItems, targets, attributes }: ColdItems,
  metrics: readonly RankingMetric[],
  { positiveThreshold, seed }: Options,
): Promise<ColdItemsEvaluation> {
  const cutoff = Math.max(listSize, ...metrics.map((metric) => parseRankingMetric(metric).cutoff))
  const attributesOf = ({ ids }: IdMap) => ids.map((id) => attributes.get(id))
  const predictionsOf = async (scorer: Scorer) =>
    predictScores(await fitAttributeRegression(scorer, train, attributesOf(items)), attributesOf(coldItems))
  const coldTargets = { ...test, targets: positiveRatings(targets, positiveThreshold) }
  const rankCold = (scorer: Scorer, { extend }: Predictions) =>
    rank(scorer, coldTargets, metrics, (scores) => {
      const ofCold = extend(scores).subarray(items.size)
      return topItems(ofCold, none, cutoff).filter((item) => Number.isFinite(ofCold[item]))
    })
  const predictions = await predictionsOf(scorer)
  const byCount = await openPopularity(train, positiveThreshold)
  const random = createRandom(seed, 'random order')
  const otherTargets = { ...test, targets: positiveRatings(test.targets, positiveThreshold) }
  let [cold, listed] = [0, 0]
  const otherItems = await rank(scorer, otherTargets, metrics, (scores, history) => {
    const list = topItems(predictions.extend(scores), history, cutoff)
    for (const item of list.subarray(0, listSize)) if (item >= items.size) cold++
    listed += Math.min(list.length, listSize)
    return list
  })
  return {
    attributes: predictions.attributes,
    predictedItems: predictions.items,
    items: coldItems.size,
    amongColdItems: await rankCold(scorer, predictions),
    byPopularity: await rankCold(byCount, await predictionsOf(byCount)),
    inRandomOrder: await rank(byCount, coldTargets, metrics, () =>
      random.permutation(coldItems.size).subarray(0, cutoff),
    ),
    otherItems,
    shareOfLists: listed > 0 ? cold / listed : 0,
  }
}

const listSize = 20
const none = new Int32Array(0)

interface Predictions {
  readonly attributes: readonly string[]
  /** The number of cold items with one of these attributes. */
  readonly items: number
  /** The scores of all items, followed by those of the cold items: −∞ for one without such an attribute. */
  extend(scores: Float32Array): Float32Array
}

function predictScores(
  regression: AttributeRegression | undefined,
  coldItems: readonly (ItemAttributes | undefined)[],
): Predictions {
  if (!regression)
    return { attributes: [], items: 0, extend: (scores) => withoutPredictions(scores, coldItems.length) }
  const predictor = createAttributePredictor(regression)
  const features = createEncoder(regression.encoding)(coldItems)
  const isKnown = Uint8Array.from(coldItems, (_, item) => Math.min(rowLength(features, item), 1))
  return {
    attributes: regression.encoding.map(({ name }) => name),
    items: isKnown.reduce((sum, known) => sum + known, 0),
    extend: (scores) => {
      const extended = predictor.extend(scores, features)
      for (const [item, known] of isKnown.entries())
        if (!known) extended[scores.length + item] = Number.NEGATIVE_INFINITY
      return extended
    },
  }
}

function withoutPredictions(scores: Float32Array, coldItems: number): Float32Array {
  const extended = new Float32Array(scores.length + coldItems).fill(Number.NEGATIVE_INFINITY)
  extended.set(scores)
  return extended
}

async function openPopularity(train: CsrMatrix, positiveThreshold: number): Promise<Scorer> {
  const random = createRandom('popularity')
  return popularity.open(await popularity.solve(train, { positiveThreshold }, { random }), {
    positiveThreshold,
  })
}

async function rank(
  scorer: Scorer,
  { histories, targets }: HeldOut,
  metrics: readonly RankingMetric[],
  listOf: (scores: Float32Array, history: Int32Array) => Int32Array,
): Promise<RankingEstimates> {
  const rows = rowsWithAtLeast(targets, 1)
  if (rows.length === 0)
    throw new RangeError(
      `None of ${targets.rows} test users has a positive target among ${targets.columns} items`,
    )
  const lists: Int32Array[] = []
  const batchSize = userBatchSize(histories.columns)
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = selectRows(histories, rows.subarray(start, start + batchSize))
    const scores = await scorer.score(batch)
    for (let user = 0; user < batch.rows; user++)
      lists.push(
        listOf(scores.subarray(user * batch.columns, (user + 1) * batch.columns), rowIndices(batch, user)),
      )
  }
  const values = measureLists(lists, rows, targets, metrics)
  return Object.fromEntries([...values].map(([metric, perUser]) => [metric, estimateMean(perUser)]))
}
