// What the house remembers of its trained models: every version, and which of them answer.
import type { Artifact } from './artifact.ts'
import type { VersionName } from './version-name.ts'

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
}

/** What is known of a version without its weights. */
export interface Manifest extends VersionName, Provenance {
  readonly hyperparameters: Readonly<Record<string, unknown>>
  readonly artifact: { readonly key: string; readonly sha256: string; readonly bytes: number }
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
   * @throws UnknownVersionError
   */
  promote(name: VersionName, change: ChampionChange): Promise<void>
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

/** The weights of a version cannot be used; the registry and all other versions are whole. */
export class UnusableArtifactError extends Error {
  override readonly name = 'UnusableArtifactError'
}
