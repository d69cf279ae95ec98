// Whoever asks gets the same answer, to the last bit, whatever else is asked at the same time.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { findModel, type ModelName, modelNames } from '../../../src/models/models.ts'
import type { Scorer } from '../../../src/models/scorer.ts'
import { answerQuestions } from '../../../src/recommender/answering/answer-questions.ts'
import type { Question } from '../../../src/recommender/answering/question.ts'
import type { History } from '../../../src/recommender/history.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const itemCount = 203
const { train } = lowRankPicks(60, itemCount, 12, 1)
const popularity = Float32Array.from({ length: itemCount }, (_, item) => (item * 7) % 31)

const history: fc.Arbitrary<History> = fc
  .uniqueArray(fc.tuple(fc.nat(itemCount - 1), fc.integer({ min: 1, max: 5 })), {
    selector: ([item]) => item,
    maxLength: 120,
  })
  .map((rated) => {
    const sorted = rated.toSorted(([a], [b]) => a - b)
    return {
      items: Int32Array.from(sorted, ([item]) => item),
      values: Float32Array.from(sorted, ([, value]) => value),
    }
  })

const question: fc.Arbitrary<Question> = fc.oneof(
  { weight: 3, arbitrary: history.map((own): Question => rankFor(own)) },
  fc.tuple(history, fc.nat(itemCount - 1)).map(
    ([own, item]): Question => ({
      kind: 'explain',
      history: own,
      item,
      excluded: own.items,
      allowed: null,
    }),
  ),
  history.map(
    (own): Question => ({
      kind: 'score',
      taste: { kind: 'history', history: own },
      items: Int32Array.of(3, 200, 17),
    }),
  ),
)

function rankFor(own: History): Question {
  return {
    kind: 'rank',
    taste: { kind: 'history', history: own },
    k: 20,
    excluded: own.items,
    allowed: null,
    popularityPenalty: own.items.length % 2 === 0 ? 0 : 0.5,
  }
}

/** Wide enough for the products of ONNX Runtime, in odd sizes. */
const wide: Partial<Record<ModelName, object>> = {
  'u-autorec': { hidden: 67 },
  'i-autorec': { hidden: 67 },
  'mult-vae': { hidden: [130], latent: 33 },
  'mult-dae': { latent: 67 },
}

beforeAll(async () => {
  await useBackend('wasm')
})

describe.each(modelNames)('%s', (name) => {
  let scorer: Scorer

  beforeAll(async () => {
    const model = findModel(name)
    const few = model.kind === 'gradient' ? { epochs: 3 } : {}
    const hyperparameters = { ...smallHyperparameters[name], ...few, ...wide[name] }
    const fitted = await fit({ model, train, seed: 1, hyperparameters })
    scorer = model.open(fitted.weights, fitted.hyperparameters as never)
    return () => scorer.dispose()
  }, 60_000)

  test('answers a question alike, alone and among others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(question, { minLength: 2, maxLength: 40 }), async (questions) => {
        const together = await answerQuestions({ scorer, popularity }, questions)
        const alone = []
        for (const one of questions) alone.push(...(await answerQuestions({ scorer, popularity }, [one])))
        expect(together).toEqual(alone)
      }),
      { numRuns: 15, seed: 3 },
    )
  })
})
