import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import { findModel, type ModelName } from '../../../src/models/models.ts'
import { hasContributions, type Scorer } from '../../../src/models/scorer.ts'
import type { History } from '../../../src/recommender/history.ts'
import { contributionsOf, maxPasses } from '../../../src/recommender/inference/contributions.ts'
import { toMatrix } from '../../../src/recommender/inference/history-matrix.ts'
import { InferenceModel } from '../../../src/recommender/inference/inference-model.ts'
import { fit } from '../../../src/training/fit.ts'
import { smallHyperparameters } from '../../models/small-hyperparameters.ts'
import { lowRankPicks } from '../../models/worlds.ts'

const picks = lowRankPicks(80, 400, 12, 3).train
const train = { ...picks, values: picks.values.map(() => 5) }
const itemCount = train.columns
const item = 4

beforeAll(async () => {
  await useBackend('wasm')
})

/** Positives, a rating that is neither, and a dislike. */
const short = historyOf([1, 4, 7, 12, 20, 33], [5, 5, 1, 4, -1, 5])
const long = historyOf(
  Array.from({ length: 300 }, (_, n) => n + 50),
  Array.from({ length: 300 }, () => 5),
)

function historyOf(items: readonly number[], values: readonly number[]): History {
  return { items: Int32Array.from(items), values: Float32Array.from(values) }
}

async function open(name: ModelName, settings: object = settingsOf(name)): Promise<Scorer> {
  const model = findModel(name)
  const { weights, hyperparameters } = await fit({
    model,
    hyperparameters: { ...settings, positiveThreshold: 4 },
    train,
    seed: 1,
  })
  const scorer = model.open(weights, hyperparameters)
  onTestFinished(() => scorer.dispose())
  return scorer
}

/** Trained for fewer epochs than others: how well the model has learned does not matter. */
function settingsOf(name: ModelName): object {
  const isGradual = findModel(name).kind === 'gradient'
  return { ...smallHyperparameters[name], ...(isGradual && { epochs: 5 }) }
}

function explain(scorer: Scorer, history: History) {
  const model = new InferenceModel(scorer, new Float32Array(itemCount))
  return contributionsOf(model, { kind: 'contributions', history, item })
}

/** By how much the score of `item` falls without the interaction at each of `positions`. */
async function leaveOneOut(scorer: Scorer, history: History, positions: Iterable<number>) {
  const score = async ({ items, values }: History) =>
    (await scorer.score(toMatrix([{ items, values }], itemCount, 2)))[item]!
  const whole = await score(history)
  const decreases: number[] = []
  for (const omitted of positions) {
    const others = (_: number, position: number) => position !== omitted
    const { items, values } = history
    decreases.push(whole - (await score({ items: items.filter(others), values: values.filter(others) })))
  }
  return decreases
}

describe('contributions to the score of a blend', () => {
  const shares = [0.5, 0.3, 0.2]
  const partsOf = (names: readonly ModelName[]) =>
    names.map((model) => ({
      model,
      hyperparameters: { ...settingsOf(model), positiveThreshold: 4 },
    }))

  async function expectedContributions(names: readonly ModelName[], history: History, positions: Int32Array) {
    const sums = Array.from(positions, () => 0)
    for (const [m, name] of names.entries()) {
      const part = await open(name)
      const scores = await part.score(toMatrix([history], itemCount, 1))
      const mean = scores.reduce((sum, score) => sum + score / itemCount, 0)
      const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2 / itemCount, 0))
      for (const [n, decrease] of (await leaveOneOut(part, history, positions)).entries())
        sums[n]! += (shares[m]! * decrease) / deviation
    }
    return sums
  }

  test.each<{ names: ModelName[]; history: History; covered: number }>([
    { names: ['ease', 'item-knn', 'popularity'], history: short, covered: 6 },
    { names: ['rec-vae', 'ease', 'popularity'], history: short, covered: 6 },
    { names: ['ease', 'item-knn', 'popularity'], history: long, covered: 300 },
    { names: ['rec-vae', 'ease', 'popularity'], history: long, covered: maxPasses },
    { names: ['rec-vae', 'mult-dae', 'ease'], history: long, covered: maxPasses / 2 },
  ])(
    'are those of its parts, standardized and weighted: $names, $covered',
    async ({ names, history, covered }) => {
      const blend = await open('blend', { parts: partsOf(names), shares })
      const { positions, values } = await explain(blend, history)
      expect(new Set(positions).size).toBe(covered)
      const some = positions.slice(0, 12)
      const expected = await expectedContributions(names, history, some)
      expect([...values.slice(0, 12)]).toEqual(expected.map((value) => expect.closeTo(value, 3)))
    },
  )
})

test('a model without contributions of its own is scored again, for the highest ratings of a long history', async () => {
  const { score, dispose } = await open('ease')
  const scorer = { itemCount, score, dispose }
  expect(hasContributions(scorer)).toBe(false)
  const values = long.values.map((_, n) => 4 + (n % 3))
  const { positions, values: contributions } = await explain(scorer, { ...long, values })
  expect(positions).toHaveLength(maxPasses)
  expect(Math.min(...positions.map((position) => values[position]!))).toBe(4)
  expect(values.filter((value) => value > 4).length).toBe(
    positions.filter((position) => values[position]! > 4).length,
  )
  const expected = await leaveOneOut(scorer, { ...long, values }, positions.slice(0, 5))
  expect([...contributions.slice(0, 5)]).toEqual(expected.map((value) => expect.closeTo(value, 4)))
})
