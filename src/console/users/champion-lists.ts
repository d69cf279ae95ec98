// The lists of all champions for one history.
import type { RatedItem } from '../../ratings/user-ratings.ts'
import {
  InferenceLostError,
  OverloadedError,
  UnsupportedByModelError,
} from '../../recommender/inference/inference.ts'
import { type LiveChampions, ModelUnavailableError } from '../../recommender/live-champions.ts'
import { type Recommendations, recommend } from '../../recommender/recommend.ts'
import { defaultOptions } from '../../recommender/recommendation-options.ts'
import type { ServedModel } from '../../recommender/served-model.ts'
import type { VersionName } from '../../registry/version-name.ts'

/** The result of a champion, or why there is none. */
export interface OfChampion<T> extends VersionName {
  readonly isDefault: boolean
  readonly result: T | null
  readonly failure: string | null
}

export type ChampionList = OfChampion<Recommendations>

/** The default first. A model that knows nothing of a history ranks by popularity. */
export function listsOf(
  champions: Pick<LiveChampions, 'list' | 'use'>,
  rated: readonly RatedItem[],
  signal: AbortSignal,
): Promise<ChampionList[]> {
  return queryChampions(champions, (served) => recommend(served, rated, defaultOptions, { signal }))
}

/** Queries all champions, the default first; a champion that is not loaded, or overloaded, does not fail the others. */
export async function queryChampions<T>(
  champions: Pick<LiveChampions, 'list' | 'use'>,
  request: (served: ServedModel) => Promise<T>,
): Promise<OfChampion<T>[]> {
  const all = champions
    .list()
    .map(({ champion }) => champion)
    .toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))
  return Promise.all(
    all.map(async ({ model, version, isDefault }): Promise<OfChampion<T>> => {
      try {
        return await champions.use(model, async (served) => {
          const { version } = served.manifest
          return { model, version, isDefault, result: await request(served), failure: null }
        })
      } catch (error) {
        if (!failures.some((kind) => error instanceof kind)) throw error
        return { model, version, isDefault, result: null, failure: (error as Error).message }
      }
    }),
  )
}

const failures = [ModelUnavailableError, OverloadedError, InferenceLostError, UnsupportedByModelError]
