import { describe, expect, test, vi } from 'vitest'
import { findsTopItemsOnDevice } from '../../src/compute/device-top-items.ts'
import { webgpuCounts } from '../../src/compute/webgpu-backend.ts'
import { type Ranking, rankUsers } from '../../src/evaluation/rank-users.ts'
import { bias } from '../../src/models/bias.ts'
import { withPositiveThreshold } from '../../src/models/define-model.ts'
import { multVae } from '../../src/models/mult-vae.ts'
import { popularity } from '../../src/models/popularity.ts'
import type { DeviceScorer, Scorer } from '../../src/models/scorer.ts'
import { createRandom } from '../../src/random/random.ts'
import { describeEachBackend } from '../compute/each-backend.ts'
import { matrixOf } from '../models/worlds.ts'
import { heldOutOf } from './dense.ts'

const [users, items] = [11, 300]
const random = createRandom('histories')
const ratings = matrixOf(users, items, () => (random.integer(12) === 0 ? 1 + random.integer(5) : undefined))
const heldOut = heldOutOf(ratings, ratings)
const rows = Int32Array.of(0, 2, 3, 4, 5, 7, 8, 10)
const batchSize = 3

describeEachBackend('rankUsers', (backend) => {
  test('gives the lists of a VAE that its scores give', async () => {
    const scorer = await openVae()
    expect(await collect(scorer)).toEqual(await collect(onlyScores(scorer)))
    scorer.dispose()
  })

  test('takes users with dislikes through memory', async () => {
    const scorer = await openVae()
    const values = ratings.values.map((value, n) => (n === 0 ? -1 : value))
    const disliking = heldOutOf({ ...ratings, values }, ratings)
    expect(await collect(scorer, disliking)).toEqual(await collect(onlyScores(scorer), disliking))
    scorer.dispose()
  })

  test('on backends for GPUs, enqueues all users before it waits, and reads no scores back', async (context) => {
    context.skip(!findsTopItemsOnDevice(), 'the scores of this backend are in memory')
    const scorer = await openVae()
    const events: string[] = []
    const watched: DeviceScorer = {
      ...onlyScores(scorer),
      score: () => Promise.reject(new Error('reads the scores back')),
      scoreOnDevice: (histories) => {
        events.push(`scores ${histories.rows} users`)
        return scorer.scoreOnDevice(histories)
      },
    }
    const before = webgpuCounts()
    for await (const { row } of rankUsers(watched, heldOut, rows, 20, batchSize)) events.push(`user ${row}`)
    expect(events).toEqual([
      ...['scores 3 users', 'scores 3 users', 'scores 2 users'],
      ...Array.from(rows, (row) => `user ${row}`),
    ])
    // the lists of three batches
    if (backend === 'webgpu') expect(webgpuCounts()!.readbacks - before!.readbacks).toBe(3)
    scorer.dispose()
  })
})

describe.each([popularity, bias])('rankUsers of a model that ranks alike for all users: $name', (model) => {
  test('scores the items once', async () => {
    const hyperparameters = model.resolve(withPositiveThreshold(model, 3), ratings)
    const weights = await model.solve(ratings, hyperparameters as never, { random: createRandom(1) })
    const scorer = model.open(weights, hyperparameters)
    const score = vi.spyOn(scorer, 'score')
    const lists = await collect(scorer)
    expect(score.mock.calls.map(([{ rows }]) => rows)).toEqual([1])
    expect(lists).toEqual(await collect(onlyScores(scorer)))
  })
})

async function openVae() {
  const hyperparameters = multVae.hyperparameters.parse({ positiveThreshold: 3, hidden: [16], latent: 8 })
  const weights = multVae.objective(ratings, hyperparameters).initialize(createRandom('weights'))
  const exported = await multVae.exportWeights(weights, ratings, hyperparameters)
  return multVae.open(exported, hyperparameters) as DeviceScorer
}

/** Every list, of 20 items, from the scores in memory. */
function onlyScores({ itemCount, score, dispose }: Scorer): Scorer {
  return { itemCount, score, dispose }
}

async function collect(scorer: Scorer, of = heldOut): Promise<Ranking[]> {
  const rankings: Ranking[] = []
  for await (const ranking of rankUsers(scorer, of, rows, 20, batchSize)) rankings.push(ranking)
  return rankings
}
