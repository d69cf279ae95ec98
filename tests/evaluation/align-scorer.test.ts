import { describe, expect, test, vi } from 'vitest'
import { alignScorer } from '../../src/evaluation/align-scorer.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { isRatingPredictor, type RatingPredictor, type Scorer } from '../../src/models/scorer.ts'
import { fromDense, scorerOf } from './dense.ts'

const known = createIdMap(['a', 'b', 'c'])
const wanted = createIdMap(['new', 'c', 'a'])

describe('alignScorer', () => {
  test('hands over histories and scores in the other order of items, without those it does not know', async () => {
    const seen: number[][] = []
    const scorer = scorerOf(3, (history) => {
      seen.push([...history])
      return [1, 2, 3]
    })
    const aligned = alignScorer(scorer, known, wanted)
    const scores = await aligned.score(
      fromDense([
        [5, 4, 0],
        [0, 4, 2],
      ]),
    )
    expect(aligned.itemCount).toBe(3)
    expect(seen).toEqual([[2], [0, 2]])
    expect([...scores]).toEqual([Number.NEGATIVE_INFINITY, 3, 1, Number.NEGATIVE_INFINITY, 3, 1])
    expect(isRatingPredictor(aligned)).toBe(false)
  })

  test('predicts each target at its position, and unknown items by what the model knows of the user', async () => {
    const scorer: Scorer & RatingPredictor = {
      ...scorerOf(3, () => [1, 2, 3]),
      predict: async (users, histories, { rows, offsets, indices }) => {
        expect([...users]).toEqual([-1, -1])
        expect([...histories.indices]).toEqual([2])
        const ratings = new Float32Array(indices.length)
        for (let user = 0; user < rows; user++)
          for (let n = offsets[user]!; n < offsets[user + 1]!; n++) ratings[n] = 10 * user + indices[n]!
        return ratings
      },
      predictUnknownItem: ({ offsets }) =>
        Float32Array.of(0.5 + offsets[1]!, 0.5 + offsets[2]! - offsets[1]!),
    }
    const aligned = alignScorer(scorer, known, wanted)
    if (!isRatingPredictor(aligned)) throw new Error('It does not predict ratings')
    const histories = fromDense([
      [0, 5, 0],
      [1, 0, 0],
    ])
    const targets = fromDense([
      [1, 0, 1],
      [1, 1, 1],
    ])
    expect([...(await aligned.predict(Int32Array.of(0, 1), histories, targets))]).toEqual([
      1.5, 0, 0.5, 12, 10,
    ])
  })

  test('disposes of the scorer it stands for', () => {
    const dispose = vi.fn()
    alignScorer({ ...scorerOf(3, () => [1, 2, 3]), dispose }, known, wanted).dispose()
    expect(dispose).toHaveBeenCalledOnce()
  })
})
