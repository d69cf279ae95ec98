import { formatSeconds } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { formatChoice } from '../../src/retraining/promote/choose-default.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import type { Trained, TrainedModel } from './promote-trained.ts'

export function formatTrained(trained: Trained, backend: string, seed: number): Result {
  const { versions, baselines, leftOut, defaultChoice, positives } = trained
  const metrics = Object.fromEntries(
    versions.map((version) => [formatVersionName(version.manifest), version.metrics]),
  )
  return {
    document: {
      versions: versions.map(documentOf),
      baselines,
      default: defaultChoice,
      positives,
      backend,
      seed,
    },
    text: [
      ...(defaultChoice ? [...formatChoice(defaultChoice), ''] : []),
      formatMetrics({ ...metrics, ...baselines }),
      '',
      ...versions.map(formatOutcome),
      ...leftOut,
    ].join('\n'),
  }
}

function documentOf({ manifest, metrics, epochs, seconds, interrupted, promoted, search }: TrainedModel) {
  const { model, version, refitOf = null } = manifest
  const { hyperparameters } = manifest
  return { model, version, metrics, epochs, refitOf, seconds, interrupted, promoted, hyperparameters, search }
}

/** What became of a version, in a line. */
export function formatOutcome(trained: TrainedModel): string {
  const { manifest, promoted, interrupted, rejection, refitFailure, epochs, bestEpoch, seconds } = trained
  const state = interrupted ? 'interrupted' : promoted ? 'champion' : 'published, not promoted'
  const refit =
    manifest.refitOf &&
    (epochs === 0 ? 'refit on all ratings' : `refit on all ratings for ${bestEpoch} epochs`)
  const training = epochs === 0 ? 'computed directly' : `${epochs} epochs`
  return [
    `${formatVersionName(manifest)}: ${state}`,
    `${training}${refit ? `, ${refit}` : ''}, in ${formatSeconds(seconds)}`,
    ...(refitFailure === null ? [] : [`not refit: ${refitFailure}`]),
    ...(rejection === null ? [] : [rejection]),
  ].join(', ')
}
