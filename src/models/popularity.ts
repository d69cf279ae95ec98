import { z } from 'zod'
import { columnCounts } from '../interactions/csr/csr-matrix.ts'
import { positives, positiveThresholdOf } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import { positiveThreshold } from './hyperparameters.ts'
import { requireColumns } from './require-columns.ts'
import { requireWeight } from './weights.ts'

export interface PopularityHyperparameters {
  readonly positiveThreshold: number
}

/** Ranks items by how many users liked them, the same for everybody. */
export const popularity = defineModel({
  kind: 'direct',
  name: 'popularity',
  hyperparameters: z.strictObject({ positiveThreshold }),
  async solve(data, { positiveThreshold }) {
    const liked = columnCounts(positives(data, positiveThresholdOf(data, positiveThreshold)))
    return { likes: { shape: [data.columns], values: Float32Array.from(liked) } }
  },
  open(weights) {
    const { values: likes } = requireWeight(weights, 'likes')
    return {
      itemCount: likes.length,
      async score(histories) {
        requireColumns(histories, likes.length)
        const scores = new Float32Array(histories.rows * likes.length)
        for (let user = 0; user < histories.rows; user++) scores.set(likes, user * likes.length)
        return scores
      },
      dispose() {},
    }
  },
})
