import { z } from 'zod'
import { columnCounts } from '../interactions/csr/csr-matrix.ts'
import { positives } from '../interactions/positives.ts'
import { defineModel } from './define-model.ts'
import { positiveThreshold } from './hyperparameters.ts'
import { requireColumns } from './scorer.ts'
import { requireWeight } from './weights.ts'

/** Ranks items by their number of positives, the same for all users. */
export const popularity = defineModel({
  kind: 'direct',
  name: 'popularity',
  hyperparameters: z.strictObject({ positiveThreshold }),
  async solve(data, { positiveThreshold }) {
    const counts = columnCounts(positives(data, positiveThreshold))
    return { likes: { shape: [data.columns], values: Float32Array.from(counts) } }
  },
  open(weights) {
    const { values: counts } = requireWeight(weights, 'likes')
    return {
      itemCount: counts.length,
      isPersonalized: false,
      popularity: counts,
      async score(histories) {
        requireColumns(histories, counts.length)
        const scores = new Float32Array(histories.rows * counts.length)
        for (let user = 0; user < histories.rows; user++) scores.set(counts, user * counts.length)
        return scores
      },
      dispose() {},
    }
  },
})
