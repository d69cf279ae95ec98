// Lists drawn from the posterior (Thompson sampling). A fixed set of points stands for the posterior, so that the
// propensities are exact.
import type { Computation } from './computation.ts'
import type { InferenceModel } from './inference-model.ts'
import { topRankedItems } from './rank.ts'
import type { Embedding, ExploreRequest, RankedItems } from './requests.ts'

export function computeExploration(model: InferenceModel, request: ExploreRequest): Computation {
  const lists: RankedItems[] = []
  return {
    histories: [request.history],
    std: true,
    embeddingsToDecode: ([embedding]) => posteriorPoints(embedding!, model.explorationNoise),
    onScores: (scores) => {
      lists.push(topRankedItems(model, scores, request))
    },
    result: () => {
      const drawn = lists[request.draw]!
      const propensities = Float64Array.from(
        drawn.items,
        (item, position) => lists.filter(({ items }) => items[position] === item).length / lists.length,
      )
      return { ...drawn, propensities }
    },
  }
}

function posteriorPoints({ mean, std }: Embedding, noise: readonly Float32Array[]): Float32Array[] {
  return noise.map((epsilon) => mean.map((mu, n) => mu + std![n]! * epsilon[n]!))
}
