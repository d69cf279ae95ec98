import type { BeyondAccuracy } from '../../src/evaluation/beyond-accuracy.ts'
import type { Diagnostics, LatentDiagnostics } from '../../src/evaluation/diagnose.ts'
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import type { ColdItemsEvaluation } from '../../src/evaluation/evaluate-cold-items.ts'
import type { SplitSizes } from '../../src/evaluation/evaluation-task.ts'
import { explainPositives, type PositiveShare } from '../../src/interactions/positive-share.ts'
import { formatCount, formatSeconds } from '../../src/pages/numbers.ts'
import type { Protocol, Rule } from '../../src/splits/protocol.ts'
import type { Estimate } from '../../src/statistics/estimate.ts'
import type { EvaluatedModel } from '../../src/training/evaluate-model.ts'
import type { ExpectedCost } from '../../src/training/expected-cost.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'

/** What `npm run evaluate -- --json` prints. */
export interface EvaluateReport extends EvaluatedModel {
  readonly protocol: Protocol
  /** The metrics of simple models on the same split. */
  readonly baselines: Readonly<Record<string, Evaluation['metrics']>>
  /** Where a baseline is better, in sentences. */
  readonly worseThanBaselines: readonly string[]
  readonly backend: string
  /** Of the split and of the training. */
  readonly seed: number
  /** Of all ratings, before the split. */
  readonly positives: PositiveShare
  readonly split: SplitSizes & { readonly rule: Rule }
  /** Of trainings that were expected to take more than a minute, as they were announced. */
  readonly expected: readonly ExpectedCost[]
  readonly seconds: number
}

export function formatReport(report: EvaluateReport): Result {
  const { protocol, metrics, baselines, split, backend, seed, positives, seconds } = report
  const name = report.version === undefined ? report.model : `${report.model}@${report.version}`
  const text = [
    `${name} by ${protocol}, split by ${split.rule === 'hash' ? 'hash' : `seed ${seed}`}`,
    `${formatCount(split.users)} users, ${formatCount(split.items)} items; ratings: ${formatCount(split.trainRatings)} ` +
      `training, ${formatCount(split.validationRatings)} validation, ${formatCount(split.testRatings)} test`,
    `${formatTraining(report)} on ${backend}, ${formatSeconds(seconds)} in total`,
    explainPositives(positives),
    '',
    formatMetrics({ [name]: metrics, ...baselines }),
    ...(report.worseThanBaselines.length > 0 ? ['', ...report.worseThanBaselines] : []),
    ...(report.beyondAccuracy ? ['', formatLists(report.beyondAccuracy)] : []),
    ...(report.coldItems ? ['', formatColdItems(report.coldItems)] : []),
    ...formatDiagnostics(report),
  ].join('\n')
  const coldItems = report.coldItems && coldItemMetrics(report.coldItems)
  const rows = Object.entries({ [name]: metrics, ...baselines, ...coldItems }).map(([model, values]) => ({
    model,
    ...values,
  }))
  return { document: report, text, rows }
}

function formatTraining({ epochs, epochSeconds }: EvaluatedModel): string {
  if (epochs === null || epochSeconds === null) return 'as published'
  return epochs === 0 ? 'computed directly' : `${epochs} epochs of ${formatSeconds(epochSeconds)}`
}

function formatLists(beyond: BeyondAccuracy): string {
  const { coverage, novelty, diversity, popularityLift, miscalibration } = beyond
  return [
    `Lists of 20: ${(100 * coverage).toFixed(1)} % coverage; novelty ${novelty.toFixed(2)} bits,`,
    `diversity ${diversity.toFixed(3)}, popularity lift ${(100 * popularityLift).toFixed(1)} %, miscalibration ${miscalibration.toFixed(3)} bits`,
  ].join(' ')
}

function formatColdItems(cold: ColdItemsEvaluation): string {
  const { attributes, predictedItems, items, shareOfLists } = cold
  return [
    `${formatCount(items)} cold items, ${formatCount(predictedItems)} predicted from ${attributes.join(', ') || 'no attribute'}`,
    formatMetrics(coldItemMetrics(cold)),
    `Cold items are ${(100 * shareOfLists).toFixed(2)} % of the lists of 20.`,
  ].join('\n')
}

function coldItemMetrics(cold: ColdItemsEvaluation): Readonly<Record<string, Evaluation['metrics']>> {
  return {
    'cold items': cold.amongColdItems,
    'cold items by predicted popularity': cold.byPopularity,
    'cold items in random order': cold.inRandomOrder,
    'other items, lists with cold items': cold.otherItems,
  }
}

function formatDiagnostics({ latent, logLikelihood }: Diagnostics): string[] {
  return [
    ...(logLikelihood
      ? ['', `log-likelihood per user ${formatNats(logLikelihood)} nats (± 95 % interval)`]
      : []),
    ...(latent ? ['', ...formatLatent(latent)] : []),
  ]
}

function formatLatent(latent: LatentDiagnostics): string[] {
  const { reconstruction, kl, elbo, importanceWeighted, klPerUnit, activeUnits, hasCollapsed } = latent
  const largest = klPerUnit.toSorted((a, b) => b - a)
  const quartiles = [0, 0.25, 0.5, 0.75, 1].map((q) => largest[Math.round(q * (largest.length - 1))]!)
  return [
    'nats per user, ± 95 % interval:',
    `  ELBO ${formatNats(elbo)} = reconstruction ${formatNats(reconstruction)} − KL ${formatNats(kl)}`,
    `  importance-weighted bound with ${latent.samples} samples ${formatNats(importanceWeighted)}`,
    `  KL per latent unit, maximum, quartiles and minimum: ${quartiles.map((kl) => kl.toFixed(2)).join(', ')}`,
    `${activeUnits} of ${klPerUnit.length} latent units active${hasCollapsed ? ': the posterior has collapsed; a smaller maxBeta may help' : ''}`,
  ]
}

function formatNats({ mean, standardError }: Estimate): string {
  return `${mean.toFixed(2)} ± ${(1.96 * standardError).toFixed(2)}`
}
