import { measureShape } from '../../src/anomalies/history-shape.ts'
import { crossValidate, fitTunedClassifier } from '../../src/attributes/cross-validate.ts'
import { type CsrMatrix, columnCounts } from '../../src/interactions/csr/csr-matrix.ts'
import { renumberColumns, selectColumns, selectRows, sliceRows } from '../../src/interactions/csr/select.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { isLatentModel, type Scorer } from '../../src/models/scorer.ts'
import { quoteCsv } from '../../src/pages/csv.ts'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { loadRetrainingConfig } from '../../src/retraining/load-config.ts'
import type { Estimate } from '../../src/statistics/estimate.ts'
import { robustScores } from '../../src/statistics/robust-scores.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { fitWithProgress } from '../terminal/fit-with-progress.ts'
import { modelNamed } from '../terminal/model-named.ts'
import { type DataOptions, readData } from '../terminal/read-data.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { writeLines } from '../terminal/write-lines.ts'
import { readLabels } from './read-labels.ts'

export interface PredictAttributeOptions
  extends BackendOptions,
    Omit<DataOptions, 'protocol' | 'train' | 'test'> {
  readonly attribute: string
  readonly labels: string
  readonly out?: string
  readonly model?: string
  readonly set: object
  readonly config?: string
  readonly seed: number
}

export interface AttributePrediction {
  readonly attribute: string
  readonly model: string
  /** The number of users with a label and ratings. */
  readonly labels: number
  /** The distinct values. */
  readonly values: readonly string[]
  /** The share of users whose value is predicted from the labels of others. */
  readonly accuracy: Readonly<Record<'embeddings' | 'interactions' | 'popularity' | 'mostFrequent', Estimate>>
  /** The number of users without a label. */
  readonly predicted: number
  readonly file: string | null
}

/** @throws UsageError if the attribute is off limits, RatingsInputError if there are too few labels or the file is malformed */
export async function predictAttribute(
  options: PredictAttributeOptions,
  signal: AbortSignal,
): Promise<AttributePrediction> {
  const { attribute, labels: path, out, config, set, seed } = options
  const { offLimitsAttributes } = await loadRetrainingConfig(config)
  if (offLimitsAttributes.some((name) => name.toLowerCase() === attribute.toLowerCase()))
    throw new UsageError(
      `The attribute ${attribute} is off limits: it is in offLimitsAttributes of the configuration`,
    )
  if (out !== undefined && !out.endsWith('.csv'))
    throw new UsageError(`The predictions are written as CSV: ${out} must end in .csv`)
  if (options.ratings === undefined && Object.keys(set).length > 0)
    throw new UsageError('--set is for a model that is trained on --ratings; a champion is trained already')
  const labels = await readLabels(path, attribute)
  const { ratings, model, embeddings } = await embedUsers(options, signal)
  const users = Array.from({ length: ratings.users.size }, (_, user) => user)
  const labeled = users.filter((user) => labels.has(ratings.users.idOf(user)))
  const values = [...new Set(labeled.map((user) => labels.get(ratings.users.idOf(user))!))].sort()
  if (labeled.length < 10 || values.length < 2)
    throw new RatingsInputError(
      `At least 10 users with ratings need a label, with at least two different values; ${path} labels ` +
        `${labeled.length} users with ratings, with ${values.length} different values`,
    )
  const classes = Int32Array.from(labeled, (user) => values.indexOf(labels.get(ratings.users.idOf(user))!))
  const accuracyOf = (features: CsrMatrix) =>
    crossValidate(selectRows(features, labeled), classes, values.length, seed, signal)
  const accuracy = {
    embeddings: await accuracyOf(embeddings),
    interactions: await accuracyOf(popularItems(ratings.matrix)),
    popularity: await accuracyOf(popularityOfItems(ratings.matrix)),
    mostFrequent: await accuracyOf(denseRows([new Float64Array(users.length)])),
  }
  const others = users.filter((user) => !labels.has(ratings.users.idOf(user)))
  if (out !== undefined) {
    const { score } = fitTunedClassifier(selectRows(embeddings, labeled), classes, values.length, seed)
    await writeLines(out, linesOf(ratings, others, values, score(selectRows(embeddings, others))))
  }
  return {
    attribute,
    model,
    labels: labeled.length,
    values,
    accuracy,
    predicted: others.length,
    file: out ?? null,
  }
}

/** The embeddings of all users of the ratings, by a champion or, with a file of ratings, by a model trained on them. */
async function embedUsers(
  {
    ratings: path,
    model: name,
    set,
    seed,
    backend,
    requireGpu,
    attribute: _,
    labels,
    out,
    config,
    ...columns
  }: PredictAttributeOptions,
  signal: AbortSignal,
): Promise<{ ratings: Interactions; model: string; embeddings: CsrMatrix }> {
  await openBackend({ ...(backend && { backend }), ...(requireGpu && { requireGpu }) })
  const source = { ...columns, protocol: 'random-holdout' } as const
  if (path === undefined)
    return withDatabase(async (database, settings) => {
      const { ratings } = await readData(source, database.sql, signal)
      const { manifest, artifact } = await championOrVersion(openRegistry(database, settings), name)
      const known = Int32Array.from(ratings.items.ids, (id) => artifact.items.indexOf(id) ?? -1)
      const histories = renumberColumns(ratings.matrix, known, artifact.items.size)
      const embeddings = await embed(openArtifact(artifact), histories, manifest.model)
      return { ratings, model: formatVersionName(manifest), embeddings }
    })
  const { ratings } = await readData({ ...source, ratings: path }, undefined, signal)
  const model = modelNamed(name ?? 'mult-vae')
  const { scorer } = await fitWithProgress({
    model,
    hyperparameters: set,
    train: ratings.matrix,
    seed,
    signal,
  })
  return { ratings, model: model.name, embeddings: await embed(scorer, ratings.matrix, model.name) }
}

/** Disposes of the scorer. */
async function embed(scorer: Scorer, histories: CsrMatrix, name: string): Promise<CsrMatrix> {
  try {
    if (!isLatentModel(scorer)) throw new UsageError(`${name} has no embeddings; name another with --model`)
    const columns = Array.from({ length: scorer.latentSize }, () => new Float64Array(histories.rows))
    for (let start = 0; start < histories.rows; start += 500) {
      const batch = sliceRows(histories, start, Math.min(start + 500, histories.rows))
      for (const [n, value] of (await scorer.embed(batch)).entries())
        columns[n % scorer.latentSize]![start + Math.floor(n / scorer.latentSize)] = value
    }
    return denseRows(columns)
  } finally {
    scorer.dispose()
  }
}

/** 1 for each of the 500 most popular items that the user rated. */
function popularItems(matrix: CsrMatrix): CsrMatrix {
  const counts = columnCounts(matrix)
  const most = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const items = selectColumns(matrix, Int32Array.from(most.slice(0, 500)).sort())
  return { ...items, values: items.values.map(() => 1) }
}

function popularityOfItems(matrix: CsrMatrix): CsrMatrix {
  const { length, rarity, raritySpread } = measureShape(matrix)
  return denseRows([length, rarity, raritySpread].map((values) => robustScores(values) ?? values))
}

/** A matrix that stores all its values, from its columns. */
function denseRows(columns: readonly Float64Array[]): CsrMatrix {
  const rows = columns[0]!.length
  return {
    rows,
    columns: columns.length,
    offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row * columns.length),
    indices: Int32Array.from({ length: rows * columns.length }, (_, n) => n % columns.length),
    values: Float32Array.from(
      { length: rows * columns.length },
      (_, n) => columns[n % columns.length]![Math.floor(n / columns.length)]!,
    ),
  }
}

async function* linesOf(
  { users }: Interactions,
  others: readonly number[],
  values: readonly string[],
  scores: Float64Array,
): AsyncGenerator<string> {
  yield 'userId,value,margin\n'
  for (const [n, user] of others.entries()) {
    const userScores = scores.slice(n * values.length, (n + 1) * values.length)
    const [best, second] = userScores.toSorted().reverse()
    const value = values[userScores.indexOf(best!)]!
    yield `${quoteCsv(users.idOf(user))},${quoteCsv(value)},${(best! - second!).toFixed(4)}\n`
  }
}
