import { worseThanBaselines } from '../../src/evaluation/worse-than-baselines.ts'
import { formatNumber, formatSeconds } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { formatChoice } from '../../src/retraining/promote/choose-default.ts'
import type { ChosenShares } from '../../src/training/fitted-model.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { Trained, TrainedModel } from './promote-trained.ts'

export function formatTrained(trained: Trained, backend: string, seed: number): Result {
  const { versions, baselines, leftOut, defaultChoice, positives, metric, expected } = trained
  const metrics = Object.fromEntries(
    versions.map((version) => [formatVersionName(version.manifest), version.metrics]),
  )
  const byModel = Object.fromEntries(versions.map(({ manifest, metrics }) => [manifest.model, metrics]))
  const worse = Object.keys(byModel).flatMap((model) =>
    worseThanBaselines(model, { ...baselines, ...byModel }, metric),
  )
  return {
    document: {
      versions: versions.map(documentOf),
      baselines,
      worseThanBaselines: worse,
      default: defaultChoice,
      positives,
      expected,
      backend,
      seed,
    },
    text: [
      ...(defaultChoice ? [...formatChoice(defaultChoice), ''] : []),
      formatMetrics({ ...metrics, ...baselines }),
      ...(worse.length > 0 ? ['', ...worse] : []),
      '',
      ...versions.map(formatOutcome),
      ...versions.flatMap(({ chosenShares }) => (chosenShares ? formatShares(chosenShares) : [])),
      ...leftOut,
    ].join('\n'),
  }
}

function documentOf(trained: TrainedModel) {
  const { manifest, metrics, epochs, chosenShares, seconds, interrupted, promoted, search } = trained
  const { model, version, refitOf = null, hyperparameters } = manifest
  const blend = chosenShares && { chosenShares }
  const outcome = { seconds, interrupted, promoted, hyperparameters, search }
  return { model, version, metrics, epochs, refitOf, ...blend, ...outcome }
}

/** The shares of a blend, and how much the validation metric depends on them. */
function formatShares({ metric, value, parts }: ChosenShares): string[] {
  const number = (value: number | null) => (value === null ? '' : value.toFixed(4))
  const rows = parts.map(({ model, share, less, more }) => [
    model,
    share.toFixed(2),
    number(less),
    number(more),
  ])
  return [
    '',
    `Shares with ${metric} ${number(value)} on the validation users, and the same with a share that is lower or higher by 0.1:`,
    formatTable(['part', 'share', '-0.1', '+0.1'], rows),
  ]
}

/** What became of a version, in a line. */
export function formatOutcome(trained: TrainedModel): string {
  const { manifest, promoted, interrupted, rejection, refitFailure, epochs, bestEpoch, seconds } = trained
  const state = interrupted ? 'interrupted' : promoted ? 'champion' : 'published, not promoted'
  const refit =
    manifest.refitOf &&
    (epochs === 0 ? 'refit on all ratings' : `refit on all ratings for ${formatNumber(bestEpoch, 'epoch')}`)
  const training = epochs === 0 ? 'computed directly' : formatNumber(epochs, 'epoch')
  return [
    `${formatVersionName(manifest)}: ${state}`,
    `${training}${refit ? `, ${refit}` : ''}, in ${formatSeconds(seconds)}`,
    ...(refitFailure === null ? [] : [`not refit: ${refitFailure}`]),
    ...(rejection === null ? [] : [rejection]),
  ].join(', ')
}
