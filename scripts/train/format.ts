import { formatSeconds } from '../../src/pages/numbers.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { formatMetrics } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import type { TrainedModel } from './train-models.ts'

export function formatTrained(versions: readonly TrainedModel[], backend: string, seed: number): Result {
  const metrics = Object.fromEntries(
    versions.map((version) => [formatVersionName(version.manifest), version.metrics]),
  )
  return {
    document: { versions: versions.map(documentOf), backend, seed },
    text: [formatMetrics(metrics), '', ...versions.map(formatOutcome)].join('\n'),
  }
}

function documentOf({ manifest, metrics, epochs, seconds, interrupted, promoted }: TrainedModel) {
  const { model, version } = manifest
  return { model, version, metrics, epochs, seconds, interrupted, promoted }
}

function formatOutcome({ manifest, promoted, interrupted, epochs, seconds }: TrainedModel): string {
  const state = interrupted ? 'interrupted' : promoted ? 'champion' : 'published, not promoted'
  return `${formatVersionName(manifest)}: ${state}, ${epochs} epochs in ${formatSeconds(seconds)}`
}
