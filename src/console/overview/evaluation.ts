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
 * From the metrics that the version and the baselines got when they were trained, on the same held-out users; null if it was
 * not evaluated, or without baselines.
 */
export function evaluationAtTraining(
  version: Manifest,
  versions: readonly Manifest[],
): DefaultEvaluation | null {
  const summary = summaryOf(version.metrics[trainingMetric])
  const baselines = [...storedBaselines(version), ...trainedBaselines(version, versions)]
  if (summary === null || baselines.length === 0) return null
  return {
    metric: trainingMetric,
    users: null,
    model: { name: formatVersionName(version), role: 'default', summary },
    baselines: bestFirst(baselines),
  }
}

function storedBaselines({ baselines }: Manifest): EvaluatedModel[] {
  return Object.entries(baselines ?? {}).flatMap(([name, metrics]) =>
    toBaseline(name, metrics[trainingMetric]),
  )
}

/** Those that were trained on the same ratings as versions of their own. */
function trainedBaselines(version: Manifest, versions: readonly Manifest[]): EvaluatedModel[] {
  const names: readonly string[] = rankingBaselines.filter(
    (name) => name !== version.model && !(version.baselines && name in version.baselines),
  )
  return versions
    .filter(({ model }) => names.includes(model))
    .filter(({ dataFingerprint }) => dataFingerprint === version.dataFingerprint)
    .flatMap((baseline) => toBaseline(formatVersionName(baseline), baseline.metrics[trainingMetric]))
}

function toBaseline(name: string, metric: unknown): EvaluatedModel[] {
  const summary = summaryOf(metric)
  return summary ? [{ name, role: 'baseline', summary }] : []
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
