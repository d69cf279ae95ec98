// Versions and champions as text and as documents.
import { formatCount } from '../../src/pages/numbers.ts'
import type { ChangedChampion } from '../../src/registry/change-champion.ts'
import { compareVersions } from '../../src/registry/compare-versions.ts'
import type { Champion, Manifest, RecordedChange, RefitCandidate } from '../../src/registry/registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { isEstimate } from '../../src/statistics/estimate.ts'
import { formatEstimate } from '../terminal/metrics-table.ts'
import type { Result } from '../terminal/print-result.ts'
import { formatTable } from '../terminal/table.ts'

export function formatVersions(manifests: readonly Manifest[], champions: readonly Champion[]): Result {
  const byName = new Map(champions.map((champion) => [formatVersionName(champion), champion]))
  const championOf = (manifest: Manifest) => byName.get(formatVersionName(manifest))
  const stateOf = (manifest: Manifest) => {
    const champion = championOf(manifest)
    if (champion) return champion.isDefault ? 'champion, default' : 'champion'
    return manifest.prunedAt ? 'weights deleted' : ''
  }
  const table = formatTable(
    ['version', 'state', 'trained', 'ratings up to', 'ratings', 'NDCG@100 ± 95 %', 'RMSE ± 95 %'],
    manifests.map((manifest) => [
      formatVersionName(manifest),
      stateOf(manifest),
      formatMinute(manifest.createdAt),
      manifest.trainedUpTo ? formatMinute(manifest.trainedUpTo) : '',
      formatCount(manifest.data.ratings),
      formatMetric(manifest.metrics['ndcg@100']),
      formatMetric(manifest.metrics.rmse),
    ]),
  )
  const document = manifests.map((manifest) => ({
    ...manifest,
    champion: championOf(manifest) !== undefined,
    default: championOf(manifest)?.isDefault ?? false,
  }))
  return {
    document,
    rows: document,
    columns: ['model', 'version', 'createdAt', 'champion', 'default'],
    text:
      manifests.length === 0
        ? 'There are no trained models yet; npm run train and npm run retrain train some'
        : [table, ...champions.flatMap(({ warning }) => (warning === null ? [] : ['', warning]))].join('\n'),
  }
}

/** @param allChanges of all models */
export function formatManifest(manifest: Manifest, allChanges: readonly RecordedChange[]): Result {
  const { model, version } = manifest
  const changes = allChanges.filter((change) => {
    const from = { model: change.fromModel ?? change.model, version: change.fromVersion }
    const to = { model: change.model, version: change.toVersion }
    return [from, to].some((name) => name.model === model && name.version === version)
  })
  const lines: readonly (readonly [string, string])[] = [
    ...propertiesOf(manifest),
    ...Object.entries(manifest.metrics).map(
      ([name, value]) => [`${name}, ± 95 %`, formatMetric(value)] as const,
    ),
    ...changes.map((change) => [formatMinute(change.at), formatRecorded(change)] as const),
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return {
    document: { ...manifest, changes },
    text: [
      formatVersionName(manifest),
      ...lines.map(([name, value]) => `  ${name.padEnd(width)} ${value}`),
    ].join('\n'),
  }
}

function propertiesOf(manifest: Manifest): (readonly [string, string])[] {
  const {
    artifact,
    data,
    model,
    parentVersion,
    retrainingRun,
    variant,
    trainedUpTo,
    prunedAt,
    refitOf,
    retrieval,
  } = manifest
  const properties: readonly (readonly [string, string | null])[] = [
    ['trained', `${formatMinute(manifest.createdAt)} on ${manifest.backend}, seed ${manifest.seed}`],
    [
      'trained on',
      `${formatCount(data.ratings)} ratings of ${formatCount(data.items)} items by ${formatCount(data.users)} users`,
    ],
    ['metrics of', refitOf && formatRefitCandidate(model, refitOf)],
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
    ['search', retrieval && formatRetrieval(retrieval)],
    ['hyperparameters', JSON.stringify(manifest.hyperparameters)],
  ].map(([name, value]) => [name as string, value ? String(value) : null])
  return properties.filter((property): property is [string, string] => property[1] !== null)
}

function formatRetrieval({ dimensions, recall, users }: NonNullable<Manifest['retrieval']>): string {
  return `approximate, in ${dimensions} dimensions; recall ${recall.toFixed(4)} of the exact top 100 over ${users} users`
}

function formatRefitCandidate(model: string, { version, ratings, epochs }: RefitCandidate): string {
  const name = version === null ? 'the evaluated candidate' : formatVersionName({ model, version })
  const training = epochs === 0 ? 'ratings' : `ratings in ${epochs} epochs, as many as here`
  return `${name}, trained on ${formatCount(ratings)} ${training}`
}

/** Two versions side by side, by property. */
export function formatComparison(a: Manifest, b: Manifest): Result {
  const versions = [formatVersionName(a), formatVersionName(b)]
  const rows = compareVersions(a, b)
  return {
    document: { versions, rows },
    text: formatTable(
      ['', ...versions, ''],
      rows.map(({ name, values, differs }) => [name, ...values.map(formatValue), differs ? '≠' : '']),
    ),
  }
}

export function formatHistory(changes: readonly RecordedChange[]): Result {
  const lines = changes.map((change) => `${change.at.toISOString()}  ${formatRecorded(change)}`)
  return {
    document: changes,
    rows: changes,
    columns: ['model', 'kind', 'fromModel', 'fromVersion', 'toVersion', 'by', 'reason', 'at'],
    text: lines.length === 0 ? 'No champion has been changed yet.' : lines.join('\n'),
  }
}

function formatRecorded({
  kind,
  model,
  fromModel,
  fromVersion,
  toVersion,
  by,
  reason,
}: RecordedChange): string {
  if (kind !== 'default')
    return `${kind} of ${model} from ${fromVersion ?? 'none'} to ${toVersion} by ${by}: ${reason}`
  const from =
    fromModel === null ? 'none' : formatVersionName({ model: fromModel, version: fromVersion ?? 0 })
  return `default from ${from} to ${formatVersionName({ model, version: toVersion })} by ${by}: ${reason}`
}

export function formatChange(change: ChangedChampion): Result {
  const { model, from } = change
  const before = from === null ? 'none' : formatVersionName({ model, version: from })
  return {
    document: change,
    text: `${formatVersionName(change)} is the champion of ${model} now; the previous champion: ${before}`,
  }
}

function formatValue(value: unknown): string {
  if (value === null) return ''
  return isEstimate(value) ? formatMetric(value) : typeof value === 'string' ? value : JSON.stringify(value)
}

function formatMetric(value: unknown): string {
  return isEstimate(value) ? formatEstimate(value) : ''
}

function formatMinute(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ')
}
