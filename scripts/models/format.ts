// Versions and champions as text and as documents.
import { formatCount } from '../../src/pages/numbers.ts'
import type { Manifest, RecordedChange } from '../../src/registry/registry.ts'
import { formatVersionName, type VersionName } from '../../src/registry/version-name.ts'
import { formatEstimate } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'
import type { ChangedChampion } from './change-champion.ts'

export function formatVersions(manifests: readonly Manifest[], champions: readonly VersionName[]): Result {
  const championNames = new Set(champions.map(formatVersionName))
  const isChampion = (manifest: Manifest) => championNames.has(formatVersionName(manifest))
  return {
    document: manifests.map((manifest) => ({ ...manifest, champion: isChampion(manifest) })),
    text:
      manifests.length === 0
        ? 'There are no trained models yet; npm run train and npm run retrain train some'
        : formatTable(
            ['version', 'state', 'trained', 'ratings up to', 'ratings', 'NDCG@100 ± 95 %', 'RMSE ± 95 %'],
            manifests.map((manifest) => [
              formatVersionName(manifest),
              isChampion(manifest) ? 'champion' : manifest.prunedAt ? 'weights deleted' : '',
              formatMinute(manifest.createdAt),
              manifest.trainedUpTo ? formatMinute(manifest.trainedUpTo) : '',
              formatCount(manifest.data.ratings),
              formatMetric(manifest.metrics['ndcg@100']),
              formatMetric(manifest.metrics.rmse),
            ]),
          ),
  }
}

/** @param allChanges of all models */
export function formatManifest(manifest: Manifest, allChanges: readonly RecordedChange[]): Result {
  const { model, version } = manifest
  const changes = allChanges.filter(
    (change) => change.model === model && [change.fromVersion, change.toVersion].includes(version),
  )
  const lines: readonly (readonly [string, string])[] = [
    ...propertiesOf(manifest),
    ...Object.entries(manifest.metrics).map(
      ([name, value]) => [`${name}, ± 95 %`, formatMetric(value)] as const,
    ),
    ...changes.map(
      ({ at, kind, fromVersion, toVersion, by, reason }) =>
        [
          formatMinute(at),
          `${kind} from ${fromVersion ?? 'none'} to ${toVersion} by ${by}: ${reason}`,
        ] as const,
    ),
  ]
  return {
    document: { ...manifest, changes },
    text: [
      formatVersionName(manifest),
      ...lines.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    ].join('\n'),
  }
}

function propertiesOf(manifest: Manifest): (readonly [string, string])[] {
  const { artifact, data, model, parentVersion, retrainingRun, variant, trainedUpTo, prunedAt } = manifest
  const properties: readonly (readonly [string, string | null])[] = [
    ['trained', `${formatMinute(manifest.createdAt)} on ${manifest.backend}, seed ${manifest.seed}`],
    [
      'trained on',
      `${formatCount(data.ratings)} ratings of ${formatCount(data.items)} items by ${formatCount(data.users)} users`,
    ],
    ['ratings up to', trainedUpTo?.toISOString()],
    ['data', manifest.dataFingerprint],
    ['started from', parentVersion && formatVersionName({ model, version: parentVersion })],
    ['retraining', retrainingRun ? `${retrainingRun}, variant ${variant}` : null],
    [
      'weights',
      prunedAt
        ? `deleted ${formatMinute(prunedAt)}`
        : `${artifact.key}, ${formatCount(artifact.bytes)} bytes`,
    ],
    ['hyperparameters', JSON.stringify(manifest.hyperparameters)],
  ].map(([name, value]) => [name as string, value ? String(value) : null])
  return properties.filter((property): property is [string, string] => property[1] !== null)
}

/** Two versions side by side, by property. */
export function formatComparison(a: Manifest, b: Manifest): Result {
  const properties = [flatten(a), flatten(b)] as const
  const versions = [formatVersionName(a), formatVersionName(b)]
  const rows = [...new Set(properties.flatMap(Object.keys))].map((name) => {
    const values = properties.map((manifest) => manifest[name] ?? null)
    return { name, values, differs: JSON.stringify(values[0]) !== JSON.stringify(values[1]) }
  })
  return {
    document: { versions, rows },
    text: formatTable(
      ['', ...versions, ''],
      rows.map(({ name, values, differs }) => [name, ...values.map(formatValue), differs ? '≠' : '']),
    ),
  }
}

export function formatHistory(changes: readonly RecordedChange[]): Result {
  const lines = changes.map(
    ({ at, kind, model, fromVersion, toVersion, by, reason }) =>
      `${at.toISOString()}  ${kind} of ${model} from ${fromVersion ?? 'none'} to ${toVersion} by ${by}: ${reason}`,
  )
  return { document: changes, text: lines.join('\n') }
}

export function formatChange(change: ChangedChampion): Result {
  const { model, from } = change
  const before = from === null ? 'none' : formatVersionName({ model, version: from })
  return {
    document: change,
    text: `${formatVersionName(change)} is the champion of ${model} now; the previous champion: ${before}`,
  }
}

function flatten(manifest: Manifest): Record<string, unknown> {
  const { hyperparameters, metrics, data, seed, backend, createdAt, trainedUpTo, dataFingerprint, artifact } =
    manifest
  return {
    createdAt: createdAt.toISOString(),
    trainedUpTo: trainedUpTo?.toISOString() ?? null,
    ...data,
    dataFingerprint: dataFingerprint.slice(0, 12),
    seed,
    backend,
    bytes: artifact.bytes,
    ...hyperparameters,
    ...metrics,
  }
}

function formatValue(value: unknown): string {
  if (value === null) return ''
  return isEstimate(value) ? formatMetric(value) : typeof value === 'string' ? value : JSON.stringify(value)
}

function formatMetric(value: unknown): string {
  return isEstimate(value) ? formatEstimate(value) : ''
}

function isEstimate(value: unknown): value is { mean: number; standardError: number } {
  return typeof value === 'object' && value !== null && 'mean' in value && 'standardError' in value
}

function formatMinute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}
