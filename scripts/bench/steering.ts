// npm run bench -- steering
import { mean } from 'd3-array'
import type { Database } from '../../src/db/database.ts'
import type { Catalog } from '../../src/ratings/item-catalog.ts'
import { readCatalog } from '../../src/ratings/postgres-item-catalog.ts'
import { createPostgresUserHistories } from '../../src/ratings/postgres-user-histories.ts'
import type { UserHistory } from '../../src/ratings/user-histories.ts'
import { localInference } from '../../src/recommender/inference/local-inference.ts'
import { defaultOptions } from '../../src/recommender/recommendation-options.ts'
import { type ServedModel, serveModel } from '../../src/recommender/served-model.ts'
import { steer } from '../../src/recommender/steer.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'

export interface SteeringOptions {
  /** A model, or a version such as mult-vae@3; the default model when absent. */
  readonly model?: string
  readonly attribute: string
  /** Values of the attribute, toward each of which the lists are steered. */
  readonly values: readonly string[]
  readonly strengths: readonly number[]
  /** The number of users, at most. */
  readonly users: number
  readonly k: number
}

/** Of all users and values, at one strength. */
export interface SteeringEffect {
  readonly strength: number
  /** Mean share of the lists that has each of the values when steered toward it, in their order. */
  readonly shares: readonly number[]
  /** Mean absolute change of the share of each other value of the attribute, compared with strength 0. */
  readonly drift: number
  /** Mean share of the list at strength 0 that remains. */
  readonly overlap: number
}

/** Steers the lists of users in the database, who are those whose ids have the lowest hashes. */
export async function benchSteering(
  { model, users, ...options }: SteeringOptions,
  { database, registry }: { readonly database: Database; readonly registry: Registry },
): Promise<SteeringEffect[]> {
  const catalog = await readCatalog(database)
  const served = await serveModel(await championOrVersion(registry, model), localInference(openArtifact))
  try {
    const histories: UserHistory[] = []
    for await (const page of createPostgresUserHistories(database)(users)) histories.push(...page)
    return await measureSteering(served, histories, catalog, options)
  } finally {
    served.retire()
  }
}

/** @throws UnknownDirectionError if too few items have a value, or lack it */
export async function measureSteering(
  model: ServedModel,
  users: readonly UserHistory[],
  catalog: Catalog,
  { attribute, values, strengths, k }: Omit<SteeringOptions, 'model' | 'users'>,
): Promise<SteeringEffect[]> {
  const options = { ...defaultOptions, k }
  const reader = { read: async () => catalog }
  const valuesOf = (itemId: string) => [catalog.get(itemId)?.attributes[attribute] ?? []].flat()
  const all = [...new Set(model.trainedItems.ids.flatMap(valuesOf))]
  const listOf = async ({ history }: UserHistory, value: string, strength: number) => {
    const { items } = await steer(model, history, { toward: { attribute, value }, strength }, options, reader)
    return items.map(({ itemId }) => itemId)
  }
  const sharesOf = (list: readonly string[]) => {
    const counts = new Map<unknown, number>()
    for (const value of list.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1)
    return all.map((value) => (counts.get(value) ?? 0) / Math.max(1, list.length))
  }
  const effects: SteeringEffect[] = []
  const start = await Promise.all(users.map((user) => listOf(user, values[0]!, 0)))
  for (const strength of strengths) {
    const [shares, drifts, overlaps]: number[][] = [[], [], []]
    for (const value of values) {
      const lists = await Promise.all(users.map((user) => listOf(user, value, strength)))
      const at = all.indexOf(value)
      shares!.push(mean(lists, (list) => sharesOf(list)[at]!)!)
      for (const [n, list] of lists.entries()) {
        const before = sharesOf(start[n]!)
        const changes = sharesOf(list).map((share, m) => Math.abs(share - before[m]!))
        drifts!.push(mean(changes.toSpliced(at, 1)) ?? 0)
        overlaps!.push(start[n]!.filter((itemId) => list.includes(itemId)).length / start[n]!.length)
      }
    }
    effects.push({ strength, shares: shares!, drift: mean(drifts!)!, overlap: mean(overlaps!)! })
  }
  return effects
}
