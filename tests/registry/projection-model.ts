// A model small enough to be worked out by hand: a history is projected to a latent space and back.
import { createIdMap } from '../../src/interactions/id-map.ts'
import type { ItemSpace, PosteriorModel } from '../../src/models/scorer.ts'
import { requireWeight } from '../../src/models/weights.ts'
import type { Artifact } from '../../src/registry/artifact.ts'

/**
 * Four items in two groups: a and b in one, c and d in the other, and `tilt` draws a bit of each into the
 * other. Popularity: c before a before d before b.
 */
export function projectionArtifact(tilt = 0): Artifact {
  return {
    model: 'projection',
    hyperparameters: { tilt },
    items: createIdMap(['a', 'b', 'c', 'd']),
    popularity: Float32Array.of(3, 1, 4, 2),
    ratingRange: [1, 5],
    weights: {
      projection: { shape: [4, 2], values: Float32Array.of(1, tilt, 0.5, tilt, tilt, 1, tilt, 0.5) },
    },
  }
}

/** Any number of items: those at even places in one group, the others in the other; the later, the more popular. */
export function alternatingArtifact(ids: readonly string[]): Artifact {
  const vectorOf = (n: number) => (n % 2 === 0 ? [1 + n / 100, 0.1] : [0.1, 1 + n / 100])
  return {
    ...projectionArtifact(),
    items: createIdMap(ids),
    popularity: Float32Array.from(ids, (_, n) => n + 1),
    weights: {
      projection: { shape: [ids.length, 2], values: Float32Array.from(ids.flatMap((_, n) => vectorOf(n))) },
    },
  }
}

/** Scores x P Pᵀ for histories x, whose embedding it knows to ¼; also under a second name, for what takes two models. */
export function openProjection({
  weights,
  model,
}: Artifact): PosteriorModel & ItemSpace & { disposed: boolean } {
  if (model !== 'projection' && model !== 'tilted') throw new Error(`This is a ${model}`)
  const { shape, values } = requireWeight(weights, 'projection')
  const [itemCount, latentSize] = [shape[0]!, shape[1]!]
  const opened: ReturnType<typeof openProjection> = {
    itemCount,
    latentSize,
    disposed: false,
    embed: async ({ rows, offsets, indices, values: ratings }) => {
      if (opened.disposed) throw new Error('The model is disposed of')
      const latent = new Float32Array(rows * latentSize)
      for (let row = 0; row < rows; row++)
        for (let n = offsets[row]!; n < offsets[row + 1]!; n++)
          for (let l = 0; l < latentSize; l++)
            latent[row * latentSize + l]! += ratings[n]! * values[indices[n]! * latentSize + l]!
      return latent
    },
    posterior: async (histories) => {
      const mean = await opened.embed(histories)
      return { mean, std: new Float32Array(mean.length).fill(0.25) }
    },
    itemVectorSize: latentSize,
    itemVectors: async (items) =>
      Float32Array.from(
        Array.from(items, (item) => [...values.subarray(item * latentSize, (item + 1) * latentSize)]).flat(),
      ),
    itemProducts: (vectors) => opened.decode(vectors),
    decode: async (embeddings) => {
      if (opened.disposed) throw new Error('The model is disposed of')
      const rows = embeddings.length / latentSize
      const scores = new Float32Array(rows * itemCount)
      for (let row = 0; row < rows; row++)
        for (let item = 0; item < itemCount; item++)
          for (let l = 0; l < latentSize; l++)
            scores[row * itemCount + item]! +=
              embeddings[row * latentSize + l]! * values[item * latentSize + l]!
      return scores
    },
    score: async (histories) => opened.decode(await opened.embed(histories)),
    dispose: () => {
      opened.disposed = true
    },
  }
  return opened
}
