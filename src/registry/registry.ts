// The trained models: all versions, and the champions among them, which serve requests.
import type { MeasuredRecall } from '../retrieval/retrieval.ts'
import type { Artifact } from './artifact.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

/** How a version was trained, and its metrics. */
export interface Provenance {
  readonly seed: number
  /** Identifies the training ratings. */
  readonly dataFingerprint: string
  readonly data: { readonly users: number; readonly items: number; readonly ratings: number }
  readonly metrics: Readonly<Record<string, unknown>>
  readonly backend: string
  /** The version of the same model whose weights training started from, or null. */
  readonly parentVersion: number | null
  /** The time of the latest training rating; null or absent if it was not recorded. */
  readonly trainedUpTo?: Date | null
  /** The candidate that the metrics belong to, if the weights are of a refit on all ratings; null or absent if they are its own. */
  readonly refitOf?: RefitCandidate | null
  /** The run and variant of a candidate of a retraining, which is published only once. */
  readonly retrainingRun?: string | null
  readonly variant?: string | null
}

/** What a refit repeats on all ratings: a training on a part of them, evaluated on the rest. */
export interface RefitCandidate {
  /** Null if it was not published as a version of its own. */
  readonly version: number | null
  /** Number of its training ratings. */
  readonly ratings: number
  /** The number of epochs of both trainings; 0 for a model without epochs. */
  readonly epochs: number
}

/** A version without its weights. */
export interface Manifest extends VersionName, Provenance {
  readonly hyperparameters: Readonly<Record<string, unknown>>
  /** Metrics of the baselines on the held-out ratings of its metrics, by model; null or absent if none were evaluated. */
  readonly baselines?: Readonly<Record<string, Provenance['metrics']>> | null
  /** The measured recall of its approximate search; null or absent if its search is exact. */
  readonly retrieval?: (MeasuredRecall & { readonly dimensions: number }) | null
  readonly artifact: { readonly key: string; readonly sha256: string; readonly bytes: number }
  /** When the retention rule deleted its weights; null if it has them. */
  readonly prunedAt: Date | null
  readonly createdAt: Date
}

/** A version with its weights. */
export interface LoadedVersion {
  readonly manifest: Manifest
  readonly artifact: Artifact
}

/** The version that serves requests for its model; the default champion also serves requests without a model. */
export interface Champion extends VersionName {
  readonly isDefault: boolean
  readonly promotedAt: Date
  readonly promotedBy: string
  readonly reason: string
  /** Of the default: the baseline that is better than every champion, in a sentence; null if none is known to be. */
  readonly warning: string | null
}

/** The author of a change of champion, and the reason. */
export interface ChampionChange {
  readonly by: string
  readonly reason: string
}

/** The versions that may contain what was learned from a user's ratings. */
export interface TracedVersions {
  /** From the ratings themselves, or from the version that training started from. */
  readonly learned: readonly (VersionName & { readonly through: 'ratings' | 'parent' })[]
  /** Published without their training users, or started from such a version: unknown whether they learned from the user. */
  readonly unknown: readonly VersionName[]
}

/** A recorded change of champion, or of the default. */
export interface RecordedChange extends ChampionChange {
  readonly model: string
  readonly kind: 'promotion' | 'rollback' | 'default'
  /** The previous default; null for the first one, and if a champion was changed. */
  readonly fromModel: string | null
  /** Null for a model's first champion, and for the first default. */
  readonly fromVersion: number | null
  readonly toVersion: number
  readonly at: Date
}

export interface Registry {
  /**
   * Stores a trained model as the next version of its name. The version serves no requests before it is promoted.
   *
   * @param trainingUsers the users with training ratings, kept as hashes for `trace`; unknown when absent
   */
  publish(artifact: Artifact, provenance: Provenance, trainingUsers?: readonly string[]): Promise<Manifest>
  /** The versions that learned from a user's ratings, in alphabetical order, newest first within each model. */
  trace(userId: string): Promise<TracedVersions>
  /**
   * Replaces the id of a user in the artifacts that have weights for single users. The weights stay as they are.
   *
   * @returns the versions with changed artifacts
   */
  eraseUser(userId: string): Promise<VersionName[]>
  /** All versions, newest first within each model, the models in alphabetical order. */
  versions(): Promise<Manifest[]>
  /** @throws UnknownVersionError */
  manifest(name: VersionName): Promise<Manifest>
  /**
   * A version with its weights, checked against its manifest.
   *
   * @throws UnknownVersionError
   * @throws UnusableArtifactError if the artifact is missing, damaged or of another model
   */
  load(name: VersionName): Promise<LoadedVersion>
  /** At most one for each model name, in alphabetical order; one of them is the default. */
  champions(): Promise<Champion[]>
  /**
   * Makes a version its model's champion and records the change; the first champion becomes the default, which is
   * recorded too.
   * Promoting the champion changes nothing.
   *
   * @param replacing the version that must be the champion before, null for none; not checked when absent
   * @throws UnknownVersionError
   * @throws UnusableArtifactError when its weights are gone
   * @throws ChampionChangedError when another version than `replacing` has become the champion
   */
  promote(name: VersionName, change: ChampionChange, replacing?: number | null): Promise<void>
  /**
   * Undoes the last promotion that was not undone yet, and returns the new champion. A second rollback undoes the
   * promotion before it.
   *
   * @param replacing the version that must be the champion before; not checked when absent
   * @throws UnknownVersionError when there was no champion before
   * @throws UnusableArtifactError when its weights are gone
   * @throws ChampionChangedError when another version than `replacing` has become the champion
   */
  rollback(model: string, change: ChampionChange, replacing?: number): Promise<VersionName>
  /** Every change of champion and of the default, newest first. */
  changes(): Promise<RecordedChange[]>
  /** Stores the metrics of a version. */
  recordMetrics(name: VersionName, metrics: Provenance['metrics']): Promise<void>
  /** Stores the metrics of baselines on the held-out ratings of a version. */
  recordBaselines(name: VersionName, baselines: NonNullable<Manifest['baselines']>): Promise<void>
  /**
   * Deletes the weights of old versions and keeps their manifests. The newest `keep` trainings of each model, of which a
   * candidate and its refit are one, champions, versions that a rollback would make champions, and those in `inUse` keep
   * their weights.
   *
   * @returns the versions whose weights were deleted
   */
  prune(keep: number, inUse: readonly VersionName[]): Promise<VersionName[]>
  /**
   * Makes a model's champion the default, which serves requests without a model, and records the change; nothing changes
   * if it is the default already.
   *
   * @param replacing the model that must be the default before, null for none; not checked when absent
   * @throws UnknownVersionError when the model has no champion
   * @throws ChampionChangedError when another model than `replacing` has become the default
   */
  makeDefault(model: string, change: ChampionChange, replacing?: string | null): Promise<void>
  /** Stores the warning of the default champion, or removes it. */
  warn(warning: string | null): Promise<void>
}

/** The registry has no such version. */
export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError'
}

/** The champion was changed in the meantime. */
export class ChampionChangedError extends Error {
  override readonly name = 'ChampionChangedError'
}

/** The error for a version whose weights the retention rule has deleted. */
export function prunedError(name: VersionName, prunedAt: Date): UnusableArtifactError {
  return new UnusableArtifactError(
    `The weights of ${formatVersionName(name)} were deleted on ${prunedAt.toISOString().slice(0, 10)} by the retention ` +
      'rule: choose a later version, or train again',
  )
}

/** The weights of a version cannot be used; the other versions are not affected. */
export class UnusableArtifactError extends Error {
  override readonly name = 'UnusableArtifactError'
}
