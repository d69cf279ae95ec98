// Similar users are found in an index that may be a few minutes old, then compared by their current ratings.
import type { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { bytesOfText, Caches } from '../caches/caches.ts'
import type { UserHistories } from '../ratings/user-histories.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { formatVersionName } from '../registry/version-name.ts'
import { embed } from './latent-space.ts'
import type { LiveChampions } from './live-champions.ts'
import type { ServedModel } from './served-model.ts'
import {
  buildUserIndex,
  centeredDirection,
  cosineAt,
  embedAll,
  nearestUsers,
  type UserIndex,
} from './user-index.ts'

/** The first index of a version is still being built. */
export class IndexNotReadyError extends Error {
  override readonly name = 'IndexNotReadyError'
}

export interface SimilarUsersResult {
  readonly model: { readonly name: string; readonly version: number }
  /** Most similar first, by the cosine of the centered embeddings; none if the model sees nothing in the history. */
  readonly users: readonly { readonly userId: string; readonly similarity: number }[]
  readonly historySize: number
  readonly indexedUsers: number
  /** When the users of the index were read; users who are newer or have changed since may be missing. */
  readonly indexedAt: Date
}

interface Dependencies {
  readonly champions: Pick<LiveChampions, 'use'>
  readonly ratings: Pick<UserRatings, 'of'>
  readonly userHistories: UserHistories
  readonly log: Logger
}

/** Builds the index of a version on first use, and rebuilds it in the background when it is old. */
export class SimilarUsers {
  readonly #dependencies: Dependencies
  readonly #indexes: LRUCache<string, UserIndex>
  readonly #building = new WeakMap<ServedModel, Promise<void>>()

  constructor(dependencies: Dependencies, caches = new Caches()) {
    this.#dependencies = dependencies
    this.#indexes = caches.open({ name: 'user-indexes', maxBytes: 256 * 2 ** 20, bytesOf: bytesOfIndex })
  }

  /**
   * The users most similar to a user, who need not be in the index.
   *
   * @throws IndexNotReadyError when building the first index takes longer than `maxWaitMs`
   * @throws UnsupportedByModelError when the model has no latent space
   */
  find(model: string | undefined, userId: string, count: number): Promise<SimilarUsersResult> {
    const { champions, ratings } = this.#dependencies
    return champions.use(model, async (served) => {
      const history = await ratings.of(userId)
      const { mean: embedding } = await embed(served, history)
      const index = await this.#indexOf(served)
      const direction = centeredDirection(embedding, index.mean)
      const canCompare = served.canRankBy(served.toHistory(history).history)
      // More than requested, because some may have been erased or changed.
      const rows = canCompare ? await nearestUsers(index, direction, 2 * count + 10) : []
      const candidates = rows.map((row) => index.userIds[row]!).filter((other) => other !== userId)
      const users = await this.#compare(served, candidates, direction, index.mean)
      return {
        model: { name: served.manifest.model, version: served.manifest.version },
        users: users.slice(0, count),
        historySize: history.length,
        indexedUsers: index.userIds.length,
        indexedAt: index.asOf,
      }
    })
  }

  /** Compares by current ratings: erased users are dropped, changed users move. */
  async #compare(
    served: ServedModel,
    candidates: readonly string[],
    direction: Float32Array,
    mean: Float32Array,
  ): Promise<{ userId: string; similarity: number }[]> {
    const read = async (userId: string) => ({ userId, history: await this.#dependencies.ratings.of(userId) })
    const present = (await Promise.all(candidates.map(read))).filter(({ history }) => history.length > 0)
    const embeddings = await embedAll(
      served,
      present.map(({ history }) => history),
    )
    return present
      .map(({ userId }, n) => ({
        userId,
        similarity: cosineAt(centeredDirection(embeddings[n]!, mean), 0, direction),
      }))
      .sort((a, b) => b.similarity - a.similarity)
  }

  async #indexOf(served: ServedModel): Promise<UserIndex> {
    const version = formatVersionName(served.manifest)
    const index = this.#indexes.get(version)
    if (index === undefined || Date.now() - index.asOf.getTime() > maxIndexAgeMs) this.#build(served)
    if (index) return index
    await Promise.race([
      this.#building.get(served),
      new Promise((resolve) => setTimeout(resolve, maxWaitMs).unref()),
    ])
    const built = this.#indexes.get(version)
    if (built) return built
    throw new IndexNotReadyError('The index of users is being built for this model; retry in a minute')
  }

  /** Uses the version until the index is built, so that it is not freed meanwhile. */
  #build(served: ServedModel): void {
    if (this.#building.has(served)) return
    const { userHistories, log } = this.#dependencies
    const { model } = served.manifest
    const building = served
      .use(async () => {
        const latentSize = served.inference.capabilities.latentSize ?? maxIndexNumbers
        const limit = Math.min(Math.floor(maxIndexNumbers / latentSize), maxIndexedUsers)
        this.#indexes.set(
          formatVersionName(served.manifest),
          await buildUserIndex(served, userHistories, limit),
        )
      })
      .catch((err: unknown) => log.error({ err, model }, 'users cannot be indexed'))
      .finally(() => this.#building.delete(served))
    this.#building.set(served, building)
  }
}

function bytesOfIndex({ userIds, directions, mean }: UserIndex): number {
  return userIds.reduce(
    (sum, userId) => sum + bytesOfText(userId) + 8,
    directions.byteLength + mean.byteLength,
  )
}

const maxIndexAgeMs = 10 * 60_000
const maxWaitMs = 5000
const maxIndexedUsers = 50_000
/** 64 MiB of 32-bit floats. */
const maxIndexNumbers = 2 ** 24
