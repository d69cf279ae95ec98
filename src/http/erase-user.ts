// Every place where data of a user can be. What stores ids or ratings of users in another place adds it here.
import type { OpenExperiments } from '../experiments/open-experiments.ts'
import type { UserRatings } from '../ratings/user-ratings.ts'
import type { ArtifactStore } from '../registry/artifact-store.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reports } from '../retraining/report/reports.ts'
import { eraseFromRuns } from '../retraining/run/erase-from-runs.ts'
import { removeTrialCheckpoints } from '../tuning/trial-checkpoints.ts'

export interface ErasureDependencies {
  readonly ratings: Pick<UserRatings, 'erase'>
  readonly experiments: Pick<OpenExperiments, 'eraseUser'>
  readonly registry: Pick<Registry, 'eraseUser'>
  readonly reports: Pick<Reports, 'eraseUser'>
  readonly store: ArtifactStore
}

/** In this order: the first one records the erasure, so that what is in progress does not write the user again. */
const places = {
  /** `exposures`, `feedback`, testers in `experiments`, journals in `home`/exposures; the record is in `erasures`. */
  experiments: ({ experiments }, userId) => experiments.eraseUser(userId),
  /** `ratings`, `rating_history` with quarantined batches, `retractions`, `users` with `anomalous_users`, and exported `user_embeddings`. */
  ratings: ({ ratings }, userId) => ratings.erase(userId),
  /** The examples in `reports`. A run in progress leaves the user out of its report. */
  reports: ({ reports }, userId) => reports.eraseUser(userId),
  /** Copies of the ratings in the folder `retraining` of the artifact store. */
  runs: ({ store }, userId) => eraseFromRuns(store, userId),
  /** Ids in the folder `artifacts` of the store, of models with weights for single users. */
  artifacts: ({ registry }, userId) => registry.eraseUser(userId),
  /** Weights of unfinished trials in the store, learned from all users; without them a trial starts over. */
  trials: ({ store }) => removeTrialCheckpoints(store),
} as const satisfies Readonly<
  Record<string, (dependencies: ErasureDependencies, userId: string) => Promise<unknown>>
>

type Places = typeof places
export type Erased = { readonly [P in keyof Places]: Awaited<ReturnType<Places[P]>> }

/** Erases a user everywhere; after an error it can be repeated. */
export async function eraseUser(dependencies: ErasureDependencies, userId: string): Promise<Erased> {
  const erased: Partial<Record<keyof Places, unknown>> = {}
  for (const place of Object.keys(places) as (keyof Places)[])
    erased[place] = await places[place](dependencies, userId)
  return erased as Erased
}
