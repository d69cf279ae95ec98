// Promotes trained versions and chooses the default model among the champions.
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import type { RankingMetric } from '../../src/evaluation/metric.ts'
import type { PositiveShare } from '../../src/interactions/positive-share.ts'
import { type Champion, ChampionChangedError, type Registry } from '../../src/registry/registry.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { valuesOf } from '../../src/retraining/evaluate/evaluate-model.ts'
import { applyDefault } from '../../src/retraining/promote/apply-default.ts'
import {
  chooseDefault,
  formatDefault,
  type RankedModel,
} from '../../src/retraining/promote/choose-default.ts'
import type { DefaultChoice } from '../../src/retraining/result.ts'
import type { Split } from '../../src/splits/split.ts'
import type { ExpectedCost } from '../../src/training/expected-cost.ts'
import type { EvaluationOptions, PublishedTraining } from '../../src/training/published-training.ts'
import type { FoundHyperparameters } from '../../src/tuning/automatic-search.ts'
import type { EpochProgress } from '../terminal/epoch-progress.ts'
import { checkPublished } from './check-published.ts'
import { type EvaluatedBaseline, evaluateBaselines, evaluateDefault } from './evaluate-incumbents.ts'

export interface FoundTraining extends PublishedTraining {
  /** The search for its hyperparameters; null without one, or if it found nothing. */
  readonly search: FoundHyperparameters | null
}

export interface TrainedModel extends FoundTraining {
  readonly promoted: boolean
  /** Why it was not promoted although it was to be; null otherwise. */
  readonly rejection: string | null
}

/** The trained versions, and what became of them. */
export interface Trained {
  readonly versions: readonly TrainedModel[]
  /** By name, evaluated on the same held-out ratings as the versions. */
  readonly baselines: Readonly<Record<string, Evaluation['metrics']>>
  /** Why baselines were left out, in sentences. */
  readonly leftOut: readonly string[]
  /** Null if no champion changed, or the default could not be compared because training was interrupted. */
  readonly defaultChoice: DefaultChoice | null
  /** Of all ratings, before the split. */
  readonly positives: PositiveShare
  /** The ranking metric that chooses the default model. */
  readonly metric: RankingMetric
  /** Of trainings that were expected to take more than a minute, as they were announced. */
  readonly expected: readonly ExpectedCost[]
}

export interface PromotionOptions {
  readonly registry: Registry
  readonly retraining: RetrainingConfig
  readonly split: Split
  readonly evaluation: EvaluationOptions
  readonly positives: PositiveShare
  readonly seed: number
  /** Whether to promote versions whose model has a champion. */
  readonly promote: boolean
  readonly by: string
  readonly signal: AbortSignal
  readonly progress: EpochProgress
}

/**
 * Promotes each version that can serve requests if it is the first of its model, or if `promote` is set. The default is
 * chosen among these and the present default, all evaluated on the same held-out ratings.
 */
export async function promoteTrained(
  trained: readonly FoundTraining[],
  options: PromotionOptions,
): Promise<Trained> {
  const { registry, promote, by, signal } = options
  const champions = await registry.champions()
  const checked: TrainedModel[] = []
  for (const version of trained) {
    const finding = version.interrupted ? null : await checkPublished(version, options)
    const isFirst = !champions.some(({ model }) => model === version.manifest.model)
    const promoted = !version.interrupted && finding === null && (isFirst || promote)
    checked.push({ ...version, rejection: finding && `cannot serve requests: ${finding}`, promoted })
  }
  const { baselines, leftOut } = signal.aborted
    ? { baselines: [], leftOut: [] }
    : await evaluateBaselines(trained, options)
  const metrics = Object.fromEntries(baselines.map(({ name, evaluation }) => [name, evaluation.metrics]))
  if (baselines.length > 0)
    for (const { manifest } of trained) await registry.recordBaselines(manifest, metrics)
  const chosen = checked.filter((version) => version.promoted)
  const choice = await choose(chosen, baselines, champions, options)
  const rejections = await promoteAll(chosen, choice, champions, options)
  return {
    versions: checked.map((version) => {
      const rejection = rejections.get(version)
      return rejection === undefined ? version : { ...version, rejection, promoted: false }
    }),
    baselines: metrics,
    leftOut,
    positives: options.positives,
    metric: options.retraining.metric,
    expected: options.progress.expected,
    defaultChoice: choice && (await applyDefault(registry, choice, by)),
  }
}

async function choose(
  promoted: readonly TrainedModel[],
  baselines: readonly EvaluatedBaseline[],
  champions: readonly Champion[],
  options: PromotionOptions,
): Promise<DefaultChoice | null> {
  const { retraining, signal } = options
  const present = champions.find(({ isDefault }) => isDefault)
  if (promoted.length === 0 || (present && signal.aborted)) return null
  const ranked = (model: string, { ranking }: Evaluation): RankedModel => ({
    model,
    values: valuesOf({ ranking: ranking! }, retraining.metric),
  })
  const candidates = promoted.map(({ manifest, evaluation }) => ranked(manifest.model, evaluation!))
  const names = [...champions, ...candidates].map(({ model }) => model)
  const configured = names.find((model) => model === retraining.default) ?? null
  const isCompared =
    present && configured === null && !candidates.some(({ model }) => model === present.model)
  return chooseDefault({
    champions: [...candidates, ...(isCompared ? [await evaluateDefault(present, options)] : [])],
    // of a champion only the version that serves requests says whether it is better than the others
    baselines: baselines
      .filter(({ name }) => !champions.some(({ model }) => model === name))
      .map(({ name, evaluation }) => ranked(name, evaluation)),
    present: present?.model ?? null,
    configured,
    settings: retraining,
  })
}

/**
 * The chosen default first, since the first champion of all is the default from then on.
 *
 * @returns why versions were not promoted: they are no longer the first of their model
 */
async function promoteAll(
  promoted: readonly TrainedModel[],
  choice: DefaultChoice | null,
  champions: readonly Champion[],
  { registry, promote, by }: PromotionOptions,
): Promise<ReadonlyMap<TrainedModel, string>> {
  const rejections = new Map<TrainedModel, string>()
  const isChosen = ({ manifest }: TrainedModel) => Number(manifest.model === choice?.model)
  for (const version of promoted.toSorted((a, b) => isChosen(b) - isChosen(a))) {
    const { model } = version.manifest
    const reason = champions.some((champion) => champion.model === model)
      ? 'promotion requested'
      : 'first version'
    const isFirstDefault = champions.length === 0 && choice && isChosen(version)
    const change = { by, reason: isFirstDefault ? `${reason}; ${formatDefault(choice)}` : reason }
    try {
      await registry.promote(version.manifest, change, promote ? undefined : null)
    } catch (error) {
      if (!(error instanceof ChampionChangedError)) throw error
      rejections.set(version, error.message)
    }
  }
  return rejections
}
