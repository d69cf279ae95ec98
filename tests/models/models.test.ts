// The contract of every model.
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { createEncoder } from '../../src/attributes/attribute-encoding.ts'
import { createAttributePredictor } from '../../src/attributes/attribute-regression.ts'
import { fitAttributeRegression } from '../../src/attributes/fit-attribute-regression.ts'
import { useBackend } from '../../src/compute/backend.ts'
import { evaluateRanking, summarizeRanking } from '../../src/evaluation/evaluate-ranking.ts'
import { evaluateRatings, summarizeRatings } from '../../src/evaluation/evaluate-ratings.ts'
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { createIdMap } from '../../src/interactions/id-map.ts'
import { findModel, type ModelName, modelNames } from '../../src/models/models.ts'
import { isLatentModel, isRatingPredictor, type Scorer } from '../../src/models/scorer.ts'
import type { Weights } from '../../src/models/weights.ts'
import { createRandom } from '../../src/random/random.ts'
import { artifactOf, decodeArtifact, encodeArtifact } from '../../src/registry/artifact.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { fit as fitModel } from '../../src/training/fit.ts'
import type { FittedModel } from '../../src/training/fitted-model.ts'
import { corrupted, evaluateObjective, moved } from './evaluate-objective.ts'
import { smallHyperparameters } from './small-hyperparameters.ts'
import { checkerboard, lowRankPicks, lowRankRatings, matrixOf } from './worlds.ts'

beforeAll(async () => {
  await useBackend('wasm')
})

const impersonal: readonly ModelName[] = ['popularity', 'bias']

describe.each(modelNames)('%s', (name) => {
  const model = findModel(name)

  const trainings = new Map<string, Promise<FittedModel>>()

  /** The model trained on a checkerboard, shared by the tests that only look at it. */
  function trainedOn(size: number, hyperparameters = {}): Promise<FittedModel> {
    const key = JSON.stringify([size, hyperparameters])
    const trained = trainings.get(key) ?? train(checkerboard(size).train, 1, hyperparameters)
    trainings.set(key, trained)
    return trained
  }

  function train(data: CsrMatrix, seed = 1, hyperparameters = {}): Promise<FittedModel> {
    return fitModel({
      model,
      train: data,
      seed,
      hyperparameters: { ...smallHyperparameters[name], ...hyperparameters },
    })
  }

  async function withScorer<T>(fitted: FittedModel, use: (scorer: Scorer) => Promise<T>): Promise<T> {
    const scorer = model.open(fitted.weights, fitted.hyperparameters)
    try {
      return await use(scorer)
    } finally {
      scorer.dispose()
    }
  }

  test.skipIf(impersonal.includes(name))(
    'ranks the positive one of two withheld items first for every user of a checkerboard (skipped for models that treat all users alike)',
    async () => {
      const { train: data } = checkerboard(24)
      await withScorer(await trainedOn(24), async (scorer) => {
        const scores = await scorer.score(data)
        for (let user = 0; user < 24; user++)
          expect(scores[user * 24 + user]).toBeGreaterThan(scores[user * 24 + ((user + 1) % 24)]!)
      })
    },
  )

  test.skipIf(impersonal.includes(name))(
    'ranks new items by an attribute that separates the items of a checkerboard (skipped for models that treat all users alike)',
    async () => {
      const { train: data } = checkerboard(24)
      const attributesOf = (item: number) => ({ side: item % 2 ? 'odd' : 'even', shelf: item % 5 })
      await withScorer(await trainedOn(24), async (scorer) => {
        const known = Array.from({ length: 24 }, (_, item) => attributesOf(item))
        const regression = (await fitAttributeRegression(scorer, data, known))!
        expect(regression.encoding.map((attribute) => attribute.name)).toEqual(['side'])
        const newItems = createEncoder(regression.encoding)([{ side: 'even' }, { side: 'odd' }])
        const predictor = createAttributePredictor(regression)
        const scores = await scorer.score(data)
        for (let user = 0; user < 24; user++) {
          const [even, odd] = predictor
            .extend(scores.subarray(user * 24, (user + 1) * 24), newItems)
            .slice(24)
          expect(Math.sign(even! - odd!)).toBe(user % 2 ? -1 : 1)
        }
      })
    },
  )

  test.skipIf(impersonal.includes(name))(
    'recovers a planted world of two latent dimensions (skipped for models that treat all users alike)',
    async () => {
      const predicts = name.endsWith('autorec')
      const users = model.kind === 'direct' ? 200 : 120
      const { train: data, heldOut } = predicts ? lowRankRatings(80, 60, 1) : lowRankPicks(users, 60, 15, 1)
      const baseline = findModel(predicts ? 'bias' : 'popularity')
      const [ours, theirs] = await Promise.all(
        [
          { kind: model, fitted: await train(data) },
          { kind: baseline, fitted: await fitModel({ model: baseline, train: data, seed: 1 }) },
        ].map(async ({ kind, fitted }) => {
          const scorer = kind.open(fitted.weights, fitted.hyperparameters)
          if (predicts && isRatingPredictor(scorer))
            return summarizeRatings(await evaluateRatings(scorer, heldOut)).rmse.mean
          return 1 - summarizeRanking(await evaluateRanking(scorer, heldOut, ['ndcg@20']))['ndcg@20']!.mean
        }),
      )
      expect(ours).toBeLessThan(theirs! * 0.6)
    },
  )

  test('trains the same weights with the same seed and different ones with another', async () => {
    const { train: data } = checkerboard(12)
    const [first, second, other] = [
      await trainedOn(12, shortened()),
      await train(data, 1, shortened()),
      await train(data, 2, shortened()),
    ]
    expect(second.weights).toEqual(first.weights)
    if (model.kind === 'gradient') expect(other.weights).not.toEqual(first.weights)
  })

  test('scores the same after saving and loading', async () => {
    const { train: data } = checkerboard(12)
    const { weights, hyperparameters } = await trainedOn(12, shortened())
    const items = createIdMap(Array.from({ length: 12 }, (_, item) => `item ${item}`))
    const trained = { model: name, weights, hyperparameters: { ...hyperparameters } }
    const saved = Buffer.concat(encodeArtifact(artifactOf(trained, { matrix: data, items })))
    const scoresOf = async (artifact: Parameters<typeof openArtifact>[0]) => {
      const scorer = openArtifact(artifact)
      const scores = await scorer.score(data)
      scorer.dispose()
      return scores
    }
    expect(await scoresOf(decodeArtifact(saved))).toEqual(await scoresOf(trained))
  })

  test.skipIf(model.kind !== 'gradient')(
    'has the gradients that finite differences of its loss give (skipped for models without gradients)',
    () => {
      if (model.kind !== 'gradient') return
      const { train: data } = lowRankPicks(6, 8, 4, 5)
      const hyperparameters = model.resolve(smallHyperparameters[name], data)
      const objective = model.objective(data, hyperparameters)
      const weights = moved(objective.initialize(createRandom('weights')), 0.2)
      const before = Object.fromEntries(
        Object.entries(moved(weights, 0.1)).filter(([weight]) => objective.keepsPrevious?.(weight)),
      )
      for (let pass = 0; pass < (objective.passes ?? 1); pass++) {
        const examples = corrupted(objective, pass)
        const evaluate = (at: Weights) =>
          evaluateObjective(objective, examples, at, { step: 100, pass, previousEpoch: before })
        const gradients = Object.entries(evaluate(weights).gradients)
        const largest = Math.max(...gradients.flatMap(([, values]) => Array.from(values, Math.abs)))
        for (const [weight, gradient] of gradients)
          for (const at of new Set([0, gradient.length >> 1, gradient.length - 1])) {
            const shifted = (by: number) => evaluate(nudged(weights, weight, at, by)).value
            const expected = (shifted(0.01) - shifted(-0.01)) / 0.02
            expect(Math.abs(gradient[at]! - expected) / largest, `${weight}[${at}]`).toBeLessThan(3e-3)
          }
      }
    },
    30_000,
  )

  test('gives finite scores to users with one rating, all ratings and none, and to an item without ratings', async () => {
    // item 5 has no rating
    const data = matrixOf(12, 6, (user, item) =>
      item < 5 && (user + item) % 3 > 0 ? 1 + ((user * item) % 5) : undefined,
    )
    await withScorer(await train(data, 1, shortened()), async (scorer) => {
      const users = matrixOf(3, 6, (user, item) => (user === 1 || (user === 0 && item === 2) ? 5 : undefined))
      const scores = await scorer.score(users)
      expect(scores).toHaveLength(18)
      expect(scores.every(Number.isFinite)).toBe(true)
      if (!isRatingPredictor(scorer)) return
      const everywhere = matrixOf(3, 6, () => 0)
      const ratings = await scorer.predict(Int32Array.of(-1, -1, -1), users, everywhere)
      expect(ratings.every((rating) => rating >= 1 && rating <= 5)).toBe(true)
    })
  })

  test.skipIf(!model.predictsRatings)(
    'refuses ratings that are all equal, naming models that fit (skipped for models of positive interactions)',
    async () => {
      const { train: data } = lowRankPicks(40, 20, 6, 3)
      await expect(train(data)).rejects.toThrow(
        `${name} predicts ratings, and all ${data.values.length} values are 1`,
      )
      await expect(train(data)).rejects.toThrow('mult-vae, ')
    },
  )

  test('trains on data in which most users have no rating', async () => {
    const data = matrixOf(300, 6, (user, item) =>
      user === 100 || user === 240 ? 1 + ((user + item) % 5) : undefined,
    )
    await withScorer(await train(data, 1, shortened()), async (scorer) => {
      expect((await scorer.score(data)).every(Number.isFinite)).toBe(true)
    })
  })

  test('scores exactly through its latent space, if it has one', async () => {
    const { train: data } = checkerboard(12)
    await withScorer(await trainedOn(12, shortened()), async (scorer) => {
      if (!isLatentModel(scorer)) return
      const embeddings = await scorer.embed(data)
      expect(embeddings).toHaveLength(12 * scorer.latentSize)
      expect(await scorer.decode(embeddings)).toEqual(await scorer.score(data))
    })
  })

  test.skipIf(model.predictsRatings)(
    'serves interactions that are all 1 (skipped for models that predict ratings)',
    async () => {
      const { train: data, heldOut } = lowRankPicks(40, 20, 6, 3)
      await withScorer(await train(data, 1, shortened()), async (scorer) => {
        const scores = await scorer.score(heldOut.histories)
        expect(scores.every(Number.isFinite)).toBe(true)
      })
    },
  )

  test('serves likes and dislikes', async () => {
    const data = matrixOf(40, 20, (user, item) =>
      (user * 2 + item) % 3 === 0 ? ((user + item) % 2 === 0 ? 1 : -1) : undefined,
    )
    await withScorer(await train(data, 1, shortened()), async (scorer) => {
      expect(isRatingPredictor(scorer)).toBe(model.predictsRatings)
      expect((await scorer.score(data)).every(Number.isFinite)).toBe(true)
    })
  })

  test.skipIf(impersonal.includes(name))(
    'ranks differently for users with different positives whose ratings are all equal (skipped for models that treat all users alike)',
    async () => {
      const equal = matrixOf(2, 24, (user, item) => (item < 10 && item % 2 === user ? 5 : undefined))
      await withScorer(await trainedOn(24), async (scorer) => {
        const scores = await scorer.score(equal)
        // the even items for one user, the odd ones for the other
        const preference = (user: number) => scores[user * 24 + 14 + user]! - scores[user * 24 + 15 - user]!
        expect(preference(0)).toBeGreaterThan(0)
        expect(preference(1)).toBeGreaterThan(0)
      })
    },
  )

  test('frees all tensors', async () => {
    const { train: data } = checkerboard(12)
    const before = tf.memory().numTensors
    await withScorer(await train(data, 1, shortened()), (scorer) => scorer.score(data))
    expect(tf.memory().numTensors).toBe(before)
  })

  test('refuses histories with another number of items, naming both numbers', async () => {
    await withScorer(await trainedOn(12, shortened()), async (scorer) => {
      await expect(scorer.score(checkerboard(8).train)).rejects.toThrow('Histories of 8 items')
    })
  })

  test('refuses an unknown hyperparameter, naming it', async () => {
    const { train: data } = checkerboard(12)
    await expect(train(data, 1, { hiden: 3 })).rejects.toThrow('hiden')
  })

  function shortened(): object {
    if (model.kind === 'blend') {
      const { parts } = model.hyperparameters.parse(smallHyperparameters[name])
      const trained = [...parts.keys()].filter((n) => model.part(parts[n]!.model).kind === 'gradient')
      return Object.fromEntries(trained.map((n) => [`parts.${n}.epochs`, 2]))
    }
    return model.kind === 'gradient' ? { epochs: 2 } : {}
  }
})

function nudged(weights: Weights, name: string, at: number, by: number): Weights {
  const { shape, values } = weights[name]!
  return { ...weights, [name]: { shape, values: values.with(at, values[at]! + by) } }
}

test('an unknown model is refused with the names of all models', () => {
  expect(() => findModel('toString')).toThrow('mult-vae')
})
