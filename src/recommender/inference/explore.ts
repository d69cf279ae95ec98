// Lists drawn at random, with the probability of each item at its position. A fixed set of points stands for the posterior,
// so that the probabilities are exact.
import { topItems } from '../../compute/top-items.ts'
import { createRandom } from '../../random/random.ts'
import type { Computation } from './computation.ts'
import type { InferenceModel } from './inference-model.ts'
import { adjustScores, topRankedItems } from './rank.ts'
import {
  type Embedding,
  type ExploreRequest,
  explorationDraws,
  explorationShares,
  type RankedItems,
} from './requests.ts'

export function computeExploration(model: InferenceModel, request: ExploreRequest): Computation {
  const lists: RankedItems[] = []
  let pool: RankedItems | undefined
  return {
    histories: [request.history],
    std: true,
    embeddingsToDecode: ([embedding]) => [
      embedding!.mean,
      ...posteriorPoints(embedding!, model.explorationNoise),
    ],
    onScores: (scores) => {
      pool ??= poolOf(model, scores, request)
      lists.push(topRankedItems(model, scores, request))
    },
    result: () => {
      const [greedy, ...drawn] = lists as [RankedItems, ...RankedItems[]]
      const list = listOf(request, greedy, drawn, pool!)
      const propensities = Float64Array.from(list.items, (item, position) =>
        propensityOf(item, position, { greedy, drawn, pool: pool! }),
      )
      return { ...list, propensities }
    },
  }
}

/** The best items by the mean of the posterior, from which the uniform lists are drawn. */
function poolOf(model: InferenceModel, scores: Float32Array, request: ExploreRequest): RankedItems {
  const { options, excluded, allowed } = request
  const size = Math.max(minPoolSize, 10 * options.k)
  const items = topItems(adjustScores(model, scores, options), excluded, size, allowed)
  return { items, scores: Float32Array.from(items, (item) => scores[item]!) }
}

const minPoolSize = 100

function listOf(
  { draw, options }: ExploreRequest,
  greedy: RankedItems,
  drawn: readonly RankedItems[],
  pool: RankedItems,
): RankedItems {
  if (draw.from === 'greedy') return greedy
  if (draw.from === 'posterior') return drawn[draw.point]!
  const order = createRandom('uniform', draw.seed).permutation(pool.items.length).subarray(0, options.k)
  return {
    items: Int32Array.from(order, (n) => pool.items[n]!),
    scores: Float32Array.from(order, (n) => pool.scores[n]!),
  }
}

interface Mixture {
  readonly greedy: RankedItems
  readonly drawn: readonly RankedItems[]
  readonly pool: RankedItems
}

/** The probability that a list of the mixture has the item at this position. */
function propensityOf(item: number, position: number, { greedy, drawn, pool }: Mixture): number {
  const count = drawn.filter(({ items }) => items[position] === item).length
  return (
    (greedy.items[position] === item ? explorationShares.greedy : 0) +
    (explorationShares.posterior * count) / explorationDraws +
    (pool.items.includes(item) ? explorationShares.uniform / pool.items.length : 0)
  )
}

function posteriorPoints({ mean, std }: Embedding, noise: readonly Float32Array[]): Float32Array[] {
  return noise.map((epsilon) => mean.map((mu, n) => mu + std![n]! * epsilon[n]!))
}
