// What the house remembers of its trained models: every version, and which of them answer.
import type { Artifact } from './artifact.ts'
import { formatVersionName, type VersionName } from './version-name.ts'

/** How a version came to be and how good it is. */
export interface Provenance {
  readonly seed: number
  /** Identifies the ratings it learned from. */
  readonly dataFingerprint: string
  readonly data: { readonly users: number; readonly items: number; readonly ratings: number }
  readonly metrics: Readonly<Record<string, unknown>>
  readonly backend: string
  /** The version of the same model that its training started from, or null. */
  readonly parentVersion: number | null
  /** Ratings given later are unknown to it; null or absent where nobody noted it. */
  readonly trainedUpTo?: Date | null
  /** The run and its variant, where it is a candidate of a retraining: it is published once, however often it is tried. */
  readonly retrainingRun?: string | null
  readonly variant?: string | null
}

/** What is known of a version without its weights. */
export interface Manifest extends VersionName, Provenance {
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly artifact: { readonly key: string; readonly sha256: string; readonly bytes: number }
  /** Since when its weights are gone by the retention rule; null while they are there. */
  readonly prunedAt: Date | null
  readonly createdAt: Date
}

/** A version with its weights. */
export interface LoadedVersion {
  readonly manifest: Manifest
  readonly artifact: Artifact
}

/** The version that answers for its model name; the default one also where no model is named. */
export interface Champion extends VersionName {
  readonly isDefault: boolean
  readonly promotedAt: Date
  readonly promotedBy: string
  readonly reason: string
}

/** Who changes a champion, and why. */
export interface ChampionChange {
  readonly by: string
  readonly reason: string
}

/** Where a user's ratings went. */
export interface TracedVersions {
  /** Through the ratings themselves, or through the version that training started from. */
  readonly learned: readonly (VersionName & { readonly through: 'ratings' | 'parent' })[]
  /** Registered without telling their users, or started from such a one: they may have learned from anybody. */
  readonly unknown: readonly VersionName[]
}

/** A change of champion that was made. */
export interface RecordedChange extends ChampionChange {
  readonly model: string
  readonly kind: 'promotion' | 'rollback'
  /** Null for a model's first champion. */
  readonly fromVersion: number | null
  readonly toVersion: number
  readonly at: Date
}

export interface Registry {
  /**
   * Keeps a trained model as the next version of its name. It answers nobody before it is promoted.
   *
   * @param trainingUsers those whose ratings it learned from, kept as hashes for `trace`; where left out nobody can
   * say afterwards
   */
  publish(artifact: Artifact, provenance: Provenance, trainingUsers?: readonly string[]): Promise<Manifest>
  /** The versions that learned from a user's ratings, in alphabetical order, newest first within each model. */
  trace(userId: string): Promise<TracedVersions>
  /** All versions, newest first within each model, the models in alphabetical order. */
  versions(): Promise<Manifest[]>
  /** @throws UnknownVersionError */
  manifest(name: VersionName): Promise<Manifest>
  /**
   * The weights of a version and all that serving them needs, checked against its manifest.
   *
   * @throws UnknownVersionError
   * @throws UnusableArtifactError when the artifact is missing, damaged or of another model
   */
  load(name: VersionName): Promise<LoadedVersion>
  /** At most one for each model name, in alphabetical order; one of them is the default. */
  champions(): Promise<Champion[]>
  /**
   * Makes a version its model's champion and records the change; the first champion of all becomes the default.
   * Promoting the champion changes nothing.
   *
   * @param replacing the version that must be the champion till then, null for none; any may be when absent
   * @throws UnknownVersionError
   * @throws UnusableArtifactError when its weights are gone
   * @throws ChampionChangedError when another version than `replacing` has become the champion
   */
  promote(name: VersionName, change: ChampionChange, replacing?: number | null): Promise<void>
  /**
   * Makes the version champion again that was before the last promotion that still stands, and gives it; rolling back
   * twice goes back twice.
   *
   * @throws UnknownVersionError when there was no champion before
   * @throws UnusableArtifactError when its weights are gone
   */
  rollback(model: string, change: ChampionChange): Promise<VersionName>
  /** Every change of champion, newest first. */
  changes(): Promise<RecordedChange[]>
  /** Notes how good a version was found to be. */
  recordMetrics(name: VersionName, metrics: Provenance['metrics']): Promise<void>
  /**
   * Deletes the weights of old versions; what is known of them stays. The newest `keep` of each model, champions,
   * those a rollback would lead to and those `inUse` keep theirs.
   *
   * @returns the versions whose weights are gone now
   */
  prune(keep: number, inUse: readonly VersionName[]): Promise<VersionName[]>
  /**
   * Lets a model's champion answer where no model is named.
   *
   * @throws UnknownVersionError when the model has no champion
   */
  makeDefault(model: string): Promise<void>
}

/** The registry has no such version. */
export class UnknownVersionError extends Error {
  override readonly name = 'UnknownVersionError'
}

/** Somebody else has changed the champion meanwhile. */
export class ChampionChangedError extends Error {
  override readonly name = 'ChampionChangedError'
}

/** What is to be said of a version whose weights are gone by the retention rule. */
export function prunedError(name: VersionName, prunedAt: Date): UnusableArtifactError {
  return new UnusableArtifactError(
    `The weights of ${formatVersionName(name)} were deleted on ${prunedAt.toISOString().slice(0, 10)} by the retention ` +
      'rule: choose a later version, or train again',
  )
}

/** The weights of a version cannot be used; the registry and all other versions are whole. */
export class UnusableArtifactError extends Error {
  override readonly name = 'UnusableArtifactError'
}
