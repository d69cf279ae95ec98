import { topItems } from '../compute/top-items.ts'
import type { UserHistories } from '../ratings/user-histories.ts'
import type { RatedItem } from '../ratings/user-ratings.ts'
import { embed } from './latent-space.ts'
import type { ServedModel } from './served-model.ts'

/** The embeddings of many users in one version of a model, for searching neighbors. */
export interface UserIndex {
  readonly userIds: readonly string[]
  /** users × latent, row-major: the embeddings less the mean of all, scaled to length 1. */
  readonly directions: Float32Array
  readonly mean: Float32Array
  /** When building began; ratings saved before are included. */
  readonly asOf: Date
}

/** Embeds at most `limit` users. */
export async function buildUserIndex(
  model: ServedModel,
  userHistories: UserHistories,
  limit: number,
): Promise<UserIndex> {
  const asOf = new Date()
  const userIds: string[] = []
  const embeddings: Float32Array[] = []
  for await (const page of userHistories(limit)) {
    const known = page.filter(({ history }) => model.canRankBy(model.toHistory(history).history))
    for (const { userId } of known) userIds.push(userId)
    const histories = known.map(({ history }) => history)
    embeddings.push(...(await embedAll(model, histories)))
  }
  const size = model.inference.capabilities.latentSize ?? 0
  const mean = meanOf(embeddings, size)
  const directions = new Float32Array(userIds.length * size)
  for (const [row, embedding] of embeddings.entries())
    directions.set(centeredDirection(embedding, mean), row * size)
  return { userIds, directions, mean, asOf }
}

/** In batches, so that other requests are not delayed. */
export async function embedAll(
  model: ServedModel,
  histories: readonly (readonly RatedItem[])[],
): Promise<Float32Array[]> {
  const embeddings: Float32Array[] = []
  for (let start = 0; start < histories.length; start += userBatchSize) {
    const batch = histories.slice(start, start + userBatchSize)
    const embedded = await Promise.all(batch.map((history) => embed(model, history)))
    embeddings.push(...embedded.map(({ mean }) => mean))
  }
  return embeddings
}

const userBatchSize = 64

/** The rows of the users with the highest cosines with a direction, highest first. */
export async function nearestUsers(
  { userIds, directions }: UserIndex,
  direction: Float32Array,
  count: number,
): Promise<number[]> {
  const cosines = new Float32Array(userIds.length)
  for (let row = 0; row < userIds.length; row++) {
    if (row % rowsPerTurn === rowsPerTurn - 1) await new Promise(setImmediate)
    cosines[row] = cosineAt(directions, row * direction.length, direction)
  }
  return Array.from(topItems(cosines, new Int32Array(0), count))
}

/** Rows compared before other work on the event loop gets a turn. */
const rowsPerTurn = 4096

/** The embedding less the mean, scaled to length 1; zeros for an embedding equal to the mean. */
export function centeredDirection(embedding: Float32Array, mean: Float32Array): Float32Array {
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
