// Versions in words.
import type { Manifest, RecordedChange } from '../../src/registry/registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { formatTable } from '../terminal/table.ts'

export function listVersions(manifests: readonly Manifest[], champions: ReadonlySet<string>): string {
  if (manifests.length === 0) return 'No model has been trained yet: npm run retrain'
  return formatTable(
    ['version', 'state', 'trained', 'ratings up to', 'ratings', 'NDCG@100', 'RMSE'],
    manifests.map((manifest) => {
      const name = formatVersionName(manifest)
      const state = champions.has(name) ? 'champion' : manifest.prunedAt ? 'weights deleted' : ''
      return [
        name,
        state,
        minute(manifest.createdAt),
        manifest.trainedUpTo ? minute(manifest.trainedUpTo) : '',
        manifest.data.ratings.toLocaleString('en-US'),
        formatFigure(manifest.metrics['ndcg@100']),
        formatFigure(manifest.metrics.rmse),
      ]
    }),
  )
}

export function describeManifest(manifest: Manifest, changes: readonly RecordedChange[]): string {
  const { artifact, data, parentVersion, retrainingRun, variant, trainedUpTo, prunedAt } = manifest
  const facts: readonly (readonly [string, string | null])[] = [
    ['trained', `${minute(manifest.createdAt)} on ${manifest.backend}, seed ${manifest.seed}`],
    [
      'learned from',
      `${count(data.ratings)} ratings of ${count(data.items)} items by ${count(data.users)} users`,
    ],
    ['ratings up to', trainedUpTo ? trainedUpTo.toISOString() : null],
    ['data', manifest.dataFingerprint],
    ['started from', parentVersion === null ? null : `${manifest.model}@${parentVersion}`],
    ['retraining', retrainingRun ? `${retrainingRun}, variant ${variant}` : null],
    ['weights', prunedAt ? `deleted ${minute(prunedAt)}` : `${artifact.key}, ${count(artifact.bytes)} bytes`],
    ['hyperparameters', JSON.stringify(manifest.hyperparameters)],
  ]
  const known = facts.filter(([, value]) => value !== null)
  return [
    formatVersionName(manifest),
    ...known.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    ...Object.entries(manifest.metrics).map(([name, value]) => `  ${name.padEnd(16)} ${formatFigure(value)}`),
    ...changes.map(
      ({ at, kind, fromVersion, toVersion, by, reason }) =>
        `  ${minute(at).padEnd(16)} ${kind} from ${fromVersion ?? 'none'} to ${toVersion} by ${by}: ${reason}`,
    ),
  ].join('\n')
}

/** What two versions have in common and where they differ, by name of the property. */
export function compareVersions(a: Manifest, b: Manifest) {
  const facts = [factsOf(a), factsOf(b)] as const
  const names = [...new Set(facts.flatMap(Object.keys))]
  return {
    versions: [formatVersionName(a), formatVersionName(b)],
    rows: names.map((name) => {
      const values = facts.map((one) => one[name] ?? null)
      return { name, values, differs: JSON.stringify(values[0]) !== JSON.stringify(values[1]) }
    }),
  }
}

export function describeComparison(a: Manifest, b: Manifest): string {
  const { versions, rows } = compareVersions(a, b)
  return formatTable(
    ['', ...versions, ''],
    rows.map(({ name, values, differs }) => [name, ...values.map(formatValue), differs ? '≠' : '']),
  )
}

function factsOf(manifest: Manifest): Record<string, unknown> {
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
  return isEstimate(value) ? formatFigure(value) : typeof value === 'string' ? value : JSON.stringify(value)
}

function formatFigure(value: unknown): string {
  return isEstimate(value) ? `${value.mean.toFixed(4)} ± ${value.standardError.toFixed(4)}` : ''
}

function isEstimate(value: unknown): value is { mean: number; standardError: number } {
  return typeof value === 'object' && value !== null && 'mean' in value && 'standardError' in value
}

const count = (value: number) => value.toLocaleString('en-US')
const minute = (date: Date) => date.toISOString().slice(0, 16).replace('T', ' ')
