// Lists drawn by how sure the model is of a taste (Thompson sampling), with probabilities that are exact because the
// posterior is stood in for by a fixed number of points.
import { createRandom } from '../../random/random.ts'
import type { AnsweringModel } from './answering-model.ts'
import { type Embedding, type ExploreQuestion, explorationDraws, type RankedItems } from './question.ts'
import { selectBest } from './select-best.ts'
import type { Task } from './task.ts'

export function planExplore(model: AnsweringModel, question: ExploreQuestion): Task {
  const lists: RankedItems[] = []
  return {
    histories: [question.history],
    std: true,
    points: ([embedding]) => drawPoints(embedding!),
    see: (scores) => {
      lists.push(selectBest(model, scores, question))
    },
    answer: () => {
      const drawn = lists[question.draw]!
      const propensities = Float64Array.from(
        drawn.items,
        (item, place) => lists.filter(({ items }) => items[place] === item).length / lists.length,
      )
      return { ...drawn, propensities }
    },
  }
}

function drawPoints({ mean, std }: Embedding): Float32Array[] {
  return noiseOf(mean.length).map((epsilon) => mean.map((mu, n) => mu + std![n]! * epsilon[n]!))
}

/** The same for everybody, everywhere and always: an answer can be replayed wherever the model is. */
function noiseOf(size: number): readonly Float32Array[] {
  const known = noises.get(size)
  if (known) return known
  const random = createRandom('exploration', size)
  const noise = Array.from({ length: explorationDraws }, () =>
    Float32Array.from({ length: size }, () => random.normal()),
  )
  noises.set(size, noise)
  return noise
}

const noises = new Map<number, readonly Float32Array[]>()
