// Users of like taste: found in an index that is a few minutes old, compared as they are now.
import type { Logger } from 'pino'
import type { ReadTastes } from '../ratings/taste-sample.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import { embed } from './latent-space.ts'
import type { LiveChampions } from './live-champions.ts'
import type { ServedModel } from './served-model.ts'
import {
  buildUserIndex,
  cosineAt,
  directionOf,
  embedAll,
  nearestUsers,
  type UserIndex,
} from './user-index.ts'

/** The first index of a version is still being built. */
export class IndexNotReadyError extends Error {
  override readonly name = 'IndexNotReadyError'
}

export interface SimilarUsersAnswer {
  readonly model: { readonly name: string; readonly version: number }
  /** Nearest first, with the cosine of the embeddings less the mean of all. */
  readonly users: readonly { readonly userId: string; readonly similarity: number }[]
  readonly historySize: number
  readonly indexedUsers: number
  /** When the candidates were last read; who came or changed since may be missing. */
  readonly indexedAt: Date
}

interface Dependencies {
  readonly champions: Pick<LiveChampions, 'use'>
  readonly ratings: Pick<UserRatings, 'of'>
  readonly readTastes: ReadTastes
  readonly log: Logger
}

/** Builds an index for each version when it is first asked for, and again in the background when it is old. */
export class SimilarUsers {
  readonly #dependencies: Dependencies
  readonly #indexes = new Map<string, { version: number; index: UserIndex }>()
  readonly #building = new Map<string, Promise<void>>()

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  /**
   * The users nearest to one, who need not be in the index.
   *
   * @throws IndexNotReadyError when building the first index takes longer than one can wait
   * @throws UnsupportedByModelError when the model has no latent space
   */
  find(model: string | undefined, userId: string, count: number): Promise<SimilarUsersAnswer> {
    const { champions, ratings } = this.#dependencies
    return champions.use(model, async (served) => {
      const history = await ratings.of(userId)
      const { mean: embedding } = await embed(served, history)
      const index = await this.#indexOf(served)
      const direction = directionOf(embedding, index.mean)
      const places = await nearestUsers(index, direction, 2 * count + 10)
      const candidates = places.map((place) => index.userIds[place]!).filter((other) => other !== userId)
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

  /** Who was erased since is gone, and who rated since is where the ratings put them. */
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
        similarity: cosineAt(directionOf(embeddings[n]!, mean), 0, direction),
      }))
      .sort((a, b) => b.similarity - a.similarity)
  }

  async #indexOf(served: ServedModel): Promise<UserIndex> {
    const { model, version } = served.manifest
    const known = this.#indexes.get(model)
    const isOld = known === undefined || Date.now() - known.index.asOf.getTime() > longestAge
    if (known?.version !== version || isOld) this.#build(model)
    if (known?.version === version) return known.index
    await Promise.race([
      this.#building.get(model),
      new Promise((resolve) => setTimeout(resolve, longestWait).unref()),
    ])
    const built = this.#indexes.get(model)
    if (built?.version === version) return built.index
    throw new IndexNotReadyError(
      'The users are just being put in order for this model; ask again in a minute',
    )
  }

  /** Holds the version until it is done, so that its weights stay. */
  #build(model: string): void {
    if (this.#building.has(model)) return
    const { champions, readTastes, log } = this.#dependencies
    const building = champions
      .use(model, async (served) => {
        const limit = Math.floor(largestIndex / (served.inference.abilities.latentSize ?? largestIndex))
        const index = await buildUserIndex(served, readTastes, Math.min(limit, mostUsers))
        this.#indexes.set(model, { version: served.manifest.version, index })
      })
      .catch((err: unknown) => log.error({ err, model }, 'users cannot be indexed'))
      .finally(() => this.#building.delete(model))
    this.#building.set(model, building)
  }
}

const longestAge = 10 * 60_000 // milliseconds
const longestWait = 5000 // milliseconds
const mostUsers = 50_000
/** Numbers; 64 MiB. */
const largestIndex = 2 ** 24
