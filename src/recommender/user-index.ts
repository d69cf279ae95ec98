// Where many users lie to one version of a model, to be searched for neighbours.

import { topItems } from '../compute/top-items.ts'
import type { ReadTastes } from '../ratings/taste-sample.ts'
import { type RatedItem, toHistory } from './history.ts'
import { embed } from './latent-space.ts'
import type { ServedModel } from './served-model.ts'

export interface UserIndex {
  readonly userIds: readonly string[]
  /** users × latent, row-major: each embedding less the mean of all, of length 1. */
  readonly directions: Float32Array
  readonly mean: Float32Array
  /** When its building began: ratings from before count. */
  readonly asOf: Date
}

/** Embeds at most `limit` users. */
export async function buildUserIndex(
  model: ServedModel,
  readTastes: ReadTastes,
  limit: number,
): Promise<UserIndex> {
  const asOf = new Date()
  const userIds: string[] = []
  const embeddings: Float32Array[] = []
  for await (const page of readTastes(limit)) {
    const known = page.filter(({ history }) => toHistory(history, model.items).history.items.length > 0)
    for (const { userId } of known) userIds.push(userId)
    embeddings.push(
      ...(await embedAll(
        model,
        known.map(({ history }) => history),
      )),
    )
  }
  const size = model.inference.abilities.latentSize ?? 0
  const mean = meanOf(embeddings, size)
  const directions = new Float32Array(userIds.length * size)
  for (const [user, embedding] of embeddings.entries())
    directions.set(directionOf(embedding, mean), user * size)
  return { userIds, directions, mean, asOf }
}

/** In slices, so that others who ask get their turn. */
export async function embedAll(
  model: ServedModel,
  histories: readonly (readonly RatedItem[])[],
): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = []
  for (let start = 0; start < histories.length; start += usersAtOnce) {
    const some = histories.slice(start, start + usersAtOnce)
    const embedded = await Promise.all(some.map((history) => embed(model, history)))
    embeddings.push(...embedded.map(({ mean }) => mean))
  }
  return embeddings
}

const usersAtOnce = 64

/** The users of the highest cosines with a direction, best first, as rows of the index. */
export async function nearestUsers(
  { userIds, directions }: UserIndex,
  direction: Float32Array,
  count: number,
): Promise<number[]> {
  const cosines = new Float32Array(userIds.length)
  for (let user = 0; user < userIds.length; user++) {
    if (user % usersBetweenTurns === usersBetweenTurns - 1) await new Promise(setImmediate)
    cosines[user] = cosineAt(directions, user * direction.length, direction)
  }
  return Array.from(topItems(cosines, nobody, count))
}

const usersBetweenTurns = 4096
const nobody = new Int32Array(0)

/** The embedding less the mean, of length 1; zeros where it is the mean. */
export function directionOf(embedding: Float32Array, mean: Float32Array): Float32Array {
  const centered = embedding.map((value, n) => value - mean[n]!)
  const length = Math.hypot(...centered)
  return length > 0 ? centered.map((value) => value / length) : centered
}

export function cosineAt(directions: Float32Array, start: number, direction: Float32Array): number {
  let sum = 0
  for (let n = 0; n < direction.length; n++) sum += directions[start + n]! * direction[n]!
  return sum
}

function meanOf(embeddings: readonly Float32Array[], size: number): Float32Array {
  const sums = new Float64Array(size)
  for (const embedding of embeddings) for (let n = 0; n < size; n++) sums[n]! += embedding[n]!
  return Float32Array.from(sums, (sum) => sum / Math.max(embeddings.length, 1))
}
