// How good the default model is compared with the baselines.

import type { Manifest } from '../../registry/registry.ts'
import { formatVersionName } from '../../registry/version-name.ts'
import type { Figures, MetricSummary, RetrainingResult } from '../../retraining/result.ts'
import { rankingBaselines } from '../../training/ranking-baselines.ts'
import { summaryOf } from '../estimates.ts'

/** A model as the last retraining evaluated it. */
export interface EvaluatedModel {
  readonly name: string
  readonly role: 'default' | 'baseline'
  readonly summary: MetricSummary
}

/** The default and the baselines on the same test users. */
export interface DefaultEvaluation {
  readonly metric: string
  /** Of the test users; null if they were held out when the versions were trained. */
  readonly users: number | null
  readonly model: EvaluatedModel
  /** The best first. */
  readonly baselines: readonly EvaluatedModel[]
}

/** Null if the run did not evaluate the version, or the candidate that it is a refit of. */
export function evaluationOf(
  version: Pick<Manifest, 'model' | 'version' | 'refitOf'>,
  { config, period, candidates, baselines }: RetrainingResult,
): DefaultEvaluation | null {
  const { metric } = config
  const figures = figuresOf(version, candidates)
  const summary = figures?.metrics[metric]
  if (summary === undefined || period === null) return null
  return {
    metric,
    users: period.users,
    model: { name: formatVersionName(version), role: 'default', summary },
    baselines: bestFirst(
      baselines.flatMap(({ model, figures }): EvaluatedModel[] => {
        const summary = figures.metrics[metric]
        return summary ? [{ name: model, role: 'baseline', summary }] : []
      }),
    ),
  }
}

/**
 * From the metrics that versions got when they were trained, for those trained on the same ratings; null if the version
 * was not evaluated, or no baseline was trained on its ratings.
 */
export function evaluationAtTraining(
  version: Manifest,
  versions: readonly Manifest[],
): DefaultEvaluation | null {
  const summary = summaryOf(version.metrics[trainingMetric])
  const names: readonly string[] = rankingBaselines.filter((name) => name !== version.model)
  const baselines = versions
    .filter(({ model }) => names.includes(model))
    .filter(({ dataFingerprint }) => dataFingerprint === version.dataFingerprint)
    .flatMap((baseline): EvaluatedModel[] => {
      const summary = summaryOf(baseline.metrics[trainingMetric])
      return summary ? [{ name: formatVersionName(baseline), role: 'baseline', summary }] : []
    })
  if (summary === null || baselines.length === 0) return null
  return {
    metric: trainingMetric,
    users: null,
    model: { name: formatVersionName(version), role: 'default', summary },
    baselines: bestFirst(baselines),
  }
}

const trainingMetric = 'ndcg@100'

function bestFirst(models: readonly EvaluatedModel[]): EvaluatedModel[] {
  return models.toSorted((a, b) => b.summary.mean - a.summary.mean)
}

function figuresOf(
  { model, version, refitOf }: Pick<Manifest, 'model' | 'version' | 'refitOf'>,
  candidates: RetrainingResult['candidates'],
): Figures | null {
  const versions = [version, refitOf?.version]
  for (const candidate of candidates.filter((candidate) => candidate.model === model)) {
    if (versions.includes(candidate.version ?? undefined)) return candidate.figures
    if (versions.includes(candidate.champion?.version)) return candidate.champion!.figures
  }
  return null
}
