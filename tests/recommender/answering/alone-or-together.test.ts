// Whoever asks gets the same answer, to the last bit, whatever else is asked at the same time.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { findModel, type ModelName, modelNames } from '../../../src/models/models.ts'
import type { Scorer } from '../../../src/models/scorer.ts'
import { answerQuestions } from '../../../src/recommender/answering/answer-questions.ts'
import { abilitiesOf } from '../../../src/recommender/answering/answering-model.ts'
import {
  type Abilities,
  type Blend,
  type Eligible,
  explorationDraws,
  type Question,
  type RankQuestion,
} from '../../../src/recommender/answering/question.ts'
import type { History } from '../../../src/recommender/history.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const itemCount = 203
const { train } = lowRankPicks(60, itemCount, 12, 1)
const popularity = Float32Array.from({ length: itemCount }, (_, item) => (item * 7) % 31)

const history: fc.Arbitrary<History> = fc
  .uniqueArray(fc.tuple(fc.nat(itemCount - 1), fc.constantFrom(-1, 1, 2, 3, 4, 5)), {
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

const item = fc.nat(itemCount - 1)
const blend = fc.constantFrom<Blend[]>('mean', 'least-misery')

/** Everything that may be asked of a model with these abilities. */
function questions({ latentSize, hasPosterior, itemVectorSize }: Abilities): fc.Arbitrary<Question> {
  const kinds: fc.Arbitrary<Question>[] = [
    fc
      .record({ own: history, penalized: fc.boolean() })
      .map(({ own, penalized }) => rank(own, penalized ? 0.5 : 0)),
    fc.tuple(fc.array(history, { minLength: 1, maxLength: 4 }), blend).map(([members, how]) => ({
      ...rank(members[0]!),
      taste: { kind: 'group' as const, members, blend: how },
    })),
    fc.tuple(history, item).map(([own, one]) => ({
      kind: 'explain',
      taste: { kind: 'history', history: own },
      item: one,
      removed: own.items.map((_, place) => place),
      ...eligible(own),
    })),
    history.map((own) => ({
      kind: 'score',
      taste: { kind: 'history', history: own },
      items: Int32Array.of(3, 200, 17),
    })),
  ]
  if (latentSize !== null) kinds.push(history.map((own) => ({ kind: 'embed', history: own })))
  if (itemVectorSize !== null)
    kinds.push(
      history.map((own) => ({ ...rank(own), diversity: 0.4 })),
      item.map((one) => ({ kind: 'similar-items', item: one, k: 9, ...eligible() })),
    )
  if (hasPosterior)
    kinds.push(
      fc.tuple(history, fc.nat(explorationDraws - 1)).map(([own, draw]) => ({
        kind: 'explore',
        history: own,
        k: 9,
        popularityPenalty: 0,
        draw,
        ...eligible(own),
      })),
      fc.array(history, { minLength: 1, maxLength: 4 }).map((members) => ({
        ...rank(members[0]!),
        taste: { kind: 'group' as const, members, blend: 'product-of-experts' as const },
      })),
    )
  return fc.oneof({ weight: 4, arbitrary: kinds[0]! }, ...kinds)
}

function rank(own: History, popularityPenalty = 0): RankQuestion {
  const taste = { kind: 'history' as const, history: own }
  return { kind: 'rank', taste, k: 20, ...eligible(own), popularityPenalty, diversity: 0 }
}

function eligible(own?: History): Eligible {
  return { excluded: own?.items ?? new Int32Array(0), allowed: null }
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
    scorer = model.open(fitted.weights, fitted.hyperparameters)
    return () => scorer.dispose()
  }, 60_000)

  test('answers a question alike, alone and among others', async () => {
    const abilities = abilitiesOf({ scorer, popularity })
    const several = fc.array(questions(abilities), { minLength: 2, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(several, async (asked) => {
        const together = await answerQuestions({ scorer, popularity }, asked)
        const alone = []
        for (const one of asked) alone.push(...(await answerQuestions({ scorer, popularity }, [one])))
        expect(together).toEqual(alone)
      }),
      { numRuns: 8, seed: 3 },
    )
  })
})
