// The plan of a run, made once from its ratings and the champions at its start.
import type { Interactions } from '../../interactions/interactions.ts'
import { withPositiveThreshold } from '../../models/define-model.ts'
import { findModel } from '../../models/models.ts'
import { settingsOf } from '../../models/settings.ts'
import { unsuitableDataReason } from '../../models/suitable-data.ts'
import type { Champion, Manifest, Registry } from '../../registry/registry.ts'
import type { VersionName } from '../../registry/version-name.ts'
import type { PeriodOptions } from '../../splits/hold-out-period.ts'
import { rankingBaselines } from '../../training/ranking-baselines.ts'
import { rememberedChoice, type SearchBudget } from '../../tuning/automatic-search.ts'
import type { Studies } from '../../tuning/study.ts'
import type { RetrainingConfig } from '../config.ts'
import type { Snapshot } from '../data/snapshot.ts'
import { learnedUntil, periodOf } from './period.ts'
import type { TrainVariantJob } from './train-variant.ts'

export interface Plan {
  /** Versions of the champions by model. A candidate replaces a champion only if that has not changed since. */
  readonly champions: Readonly<Record<string, number>>
  /** Versions of the champions that no variant competes with, by model; they can be chosen as the default. */
  readonly otherChampions: Readonly<Record<string, number>>
  /** The default model; null if there is none. */
  readonly default: string | null
  readonly split: PeriodOptions
  readonly jobs: readonly TrainVariantJob[]
  /** Why variants are left out, in sentences; absent in plans of earlier versions. */
  readonly leftOut?: readonly string[]
}

export interface PlanOptions {
  readonly runId: string
  readonly config: RetrainingConfig
  /** Whether all variants start from random weights. */
  readonly cold: boolean
  readonly snapshot: Snapshot
  /** All ratings of the run. */
  readonly ratings: Pick<Interactions, 'matrix' | 'times'>
}

interface PlannedVariant {
  readonly name: string
  readonly model: string
  readonly hyperparameters: Readonly<Record<string, unknown>>
}

/**
 * The variants, the baselines if they can be promoted, and the present default with its settings, which would grow old
 * otherwise.
 */
function plannedVariants(
  { variants, baselines, promoteBaselines }: RetrainingConfig,
  present: Manifest | undefined,
): PlannedVariant[] {
  const baselineNames = promoteBaselines ? [...rankingBaselines, ...baselines] : []
  const added = [
    ...baselineNames.map((model) => ({ name: model, model, hyperparameters: {} })),
    ...(present
      ? [
          {
            name: present.model,
            model: present.model,
            hyperparameters: settingsOf(findModel(present.model), present.hyperparameters),
          },
        ]
      : []),
  ]
  const planned: PlannedVariant[] = [...variants]
  for (const variant of added)
    if (!planned.some(({ name, model }) => name === variant.name || model === variant.model))
      planned.push(variant)
  return planned
}

/** The variants that can learn from the data; all if none can, so that each fails with the reason. */
function suitableVariants(planned: readonly PlannedVariant[], { matrix }: Pick<Interactions, 'matrix'>) {
  const reasons = planned.map(({ model }) => unsuitableDataReason(findModel(model), matrix))
  const variants = planned.filter((_, n) => reasons[n] === undefined)
  if (variants.length === 0) return { variants: planned, leftOut: [] }
  return { variants, leftOut: reasons.flatMap((reason) => (reason === undefined ? [] : [`${reason}.`])) }
}

export async function makePlan(
  { runId, config, cold, snapshot, ratings }: PlanOptions,
  registry: Registry,
  studies: Pick<Studies, 'latestChoice'>,
): Promise<Plan> {
  const allChampions = await registry.champions()
  const present = allChampions.find(({ isDefault }) => isDefault)
  const planned = plannedVariants(config, present && (await registry.manifest(present)))
  const { variants, leftOut } = suitableVariants(planned, ratings)
  const models = new Set<string>(variants.map(({ model }) => model))
  const champions = allChampions.filter(({ model }) => models.has(model))
  const others = allChampions.filter(({ model }) => !models.has(model))
  const split = periodOf(config, snapshot, ratings, await manifestsOf(champions, registry))
  const hasSeen = (manifest: Manifest) => learnedUntil(manifest) > split.since
  const unseen = (await manifestsOf(others, registry)).filter((manifest) => !hasSeen(manifest))
  const versions = versionsByModel(champions)
  const trainedBefore = new Set((await registry.versions()).map(({ model }) => model))
  return {
    champions: versions,
    otherChampions: versionsByModel(unseen),
    default: present?.model ?? null,
    split,
    jobs: (
      await Promise.all(variants.map((variant) => withSearch(variant, config, trainedBefore, studies)))
    ).map(({ name, model, hyperparameters, search }) => ({
      runId,
      variant: name,
      model,
      hyperparameters: {
        ...withPositiveThreshold(findModel(model), snapshot.positives.threshold, hyperparameters),
      },
      ...(search && { search }),
      seed: config.seed,
      split,
      warmFrom: cold ? null : (versions[model] ?? null),
      trainedUpTo: snapshot.instant,
      dataFingerprint: snapshot.fingerprint,
    })),
    leftOut,
  }
}

/** What a variant without hyperparameters trains with: those that an earlier search has found, or a search of its own. */
async function withSearch(
  variant: PlannedVariant,
  { auto }: RetrainingConfig,
  trainedBefore: ReadonlySet<string>,
  studies: Pick<Studies, 'latestChoice'>,
): Promise<PlannedVariant & { readonly search?: SearchBudget }> {
  if (auto === null || Object.keys(variant.hyperparameters).length > 0) return variant
  const model = findModel(variant.model)
  const remembered = await rememberedChoice(studies, model)
  if (remembered) return { ...variant, hyperparameters: remembered.hyperparameters }
  const isFirst = !trainedBefore.has(variant.model)
  return isFirst && model.mainHyperparameters.length > 0 ? { ...variant, search: auto } : variant
}

function versionsByModel(names: readonly VersionName[]): Record<string, number> {
  return Object.fromEntries(names.map(({ model, version }) => [model, version]))
}

function manifestsOf(champions: readonly Champion[], registry: Registry): Promise<Manifest[]> {
  return Promise.all(champions.map((champion) => registry.manifest(champion)))
}
