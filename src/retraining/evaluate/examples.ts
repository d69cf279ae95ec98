// The lists of ten test users by the champion and by the candidate.
import type { Database } from '../../db/database.ts'
import { rowLength } from '../../interactions/csr/csr-matrix.ts'
import type { Interactions } from '../../interactions/interactions.ts'
import { createRandom } from '../../random/random.ts'
import { readTitles } from '../../ratings/postgres-item-catalog.ts'
import type { PeriodSplit } from '../../splits/hold-out-period.ts'
import type { ShownItem, UserExample } from '../result.ts'
import type { EvaluatedModel } from './evaluate-model.ts'

const exampleCount = 10
const itemsShown = 10

export interface ExampleOptions {
  readonly model: string
  readonly before: EvaluatedModel | null
  readonly after: EvaluatedModel
  readonly ratings: Interactions
  readonly split: PeriodSplit
  readonly seed: number
}

export async function pickExamples(
  options: ExampleOptions,
  { db }: Pick<Database, 'db'>,
): Promise<UserExample[]> {
  const { after, seed } = options
  const places = createRandom(seed, 'examples')
    .permutation(after.ranking.rows.length)
    .subarray(0, exampleCount)
  const picked = Array.from(places, (place) => pickOne(options, place))
  const ids = picked.flatMap(({ history, before, after }) => [...history, ...before, ...after])
  const titles = await readTitles({ db }, [...new Set(ids.map(({ itemId }) => itemId))])
  const titled = (items: readonly ShownItem[]) =>
    items.map((item) => ({ ...item, title: titles.get(item.itemId) ?? null }))
  return picked.map((example) => ({
    ...example,
    history: titled(example.history),
    before: titled(example.before),
    after: titled(example.after),
  }))
}

function pickOne({ model, before, after, ratings, split }: ExampleOptions, place: number): UserExample {
  const row = after.ranking.rows[place]!
  const { targets } = split.test
  const targetItems = new Set(targets.indices.subarray(targets.offsets[row], targets.offsets[row + 1]))
  const show = (items: Iterable<number>) =>
    Array.from(items, (item) => ({
      itemId: split.items.idOf(item),
      title: null,
      isTarget: targetItems.has(item),
    }))
  const listOf = (model: EvaluatedModel) => show(model.ranking.lists[place]!.subarray(0, itemsShown))
  const user = split.testUsers[row]!
  return {
    userId: split.users.idOf(user),
    model,
    history: show(
      latestFirst(ratings, user)
        .filter((item) => !targetItems.has(item))
        .slice(0, itemsShown),
    ),
    before: before ? listOf(before) : [],
    after: listOf(after),
  }
}

/** The items rated by a user. */
function latestFirst({ matrix, times }: Interactions, user: number): number[] {
  const start = matrix.offsets[user]!
  const entries = Array.from({ length: rowLength(matrix, user) }, (_, n) => start + n)
  const timeOf = (n: number) => (times && !Number.isNaN(times[n]) ? times[n]! : Number.NEGATIVE_INFINITY)
  entries.sort((a, b) => timeOf(b) - timeOf(a) || a - b)
  return entries.map((n) => matrix.indices[n]!)
}
