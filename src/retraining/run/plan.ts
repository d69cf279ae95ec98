// The plan of a run, made once from its ratings and the champions at its start.
import { withPositiveThreshold } from '../../models/define-model.ts'
import { findModel } from '../../models/models.ts'
import type { Champion, Manifest, Registry } from '../../registry/registry.ts'
import type { PeriodOptions } from '../../splits/hold-out-period.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Snapshot } from '../data/snapshot.ts'
import type { TrainVariantJob } from './train-variant.ts'

export interface Plan {
  /** Versions of the champions by model. A candidate replaces a champion only if that has not changed since. */
  readonly champions: Readonly<Record<string, number>>
  readonly split: PeriodOptions
  readonly jobs: readonly TrainVariantJob[]
}

export interface PlanOptions {
  readonly runId: string
  readonly config: RetrainingConfig
  /** Whether all variants start from random weights. */
  readonly cold: boolean
  readonly snapshot: Snapshot
}

/** The variants, and the baselines if they can be promoted. */
function plannedVariants({ variants, baselines, promoteBaselines }: RetrainingConfig) {
  const names = new Set(variants.map(({ name }) => name))
  const baselineVariants = baselines.map((model) => ({ name: model, model, hyperparameters: {} }))
  return promoteBaselines
    ? [...variants, ...baselineVariants.filter(({ name }) => !names.has(name))]
    : variants
}

export async function makePlan(
  { runId, config, cold, snapshot }: PlanOptions,
  registry: Registry,
): Promise<Plan> {
  const variants = plannedVariants(config)
  const models = new Set<string>(variants.map(({ model }) => model))
  const champions = (await registry.champions()).filter(({ model }) => models.has(model))
  const split = periodOf(config, snapshot, await manifestsOf(champions, registry))
  const versions = Object.fromEntries(champions.map(({ model, version }) => [model, version]))
  return {
    champions: versions,
    split,
    jobs: variants.map(({ name, model, hyperparameters }) => ({
      runId,
      variant: name,
      model,
      hyperparameters: {
        ...withPositiveThreshold(findModel(model), snapshot.positives.threshold, hyperparameters),
      },
      seed: config.seed,
      split,
      warmFrom: cold ? null : (versions[model] ?? null),
      trainedUpTo: snapshot.instant,
      dataFingerprint: snapshot.fingerprint,
    })),
  }
}

function manifestsOf(champions: readonly Champion[], registry: Registry): Promise<Manifest[]> {
  return Promise.all(champions.map((champion) => registry.manifest(champion)))
}

/**
 * The period starts after the training data of every champion, since training data cannot be used for evaluation, and
 * is at most as long as configured.
 */
function periodOf(
  { split, seed }: RetrainingConfig,
  { instant, positives }: Snapshot,
  champions: readonly Manifest[],
): PeriodOptions {
  const earliest = Date.parse(instant) - split.days * 86_400_000
  const trainedUpTo = champions.map((manifest) => (manifest.trainedUpTo ?? manifest.createdAt).getTime())
  return {
    since: Math.max(earliest, ...trainedUpTo) / 1000,
    test: { share: split.testShare, most: split.testUsers },
    validation: { share: split.validationShare, most: split.validationUsers },
    targetShare: split.targetShare,
    positiveThreshold: positives.threshold,
    seed,
  }
}
