import { renumberColumns } from '../../src/interactions/csr/select.ts'
import type { IdMap } from '../../src/interactions/id-map.ts'
import { isRatingPredictor, type RatingPredictor } from '../../src/models/scorer.ts'
import { quoteCsv } from '../../src/pages/csv.ts'
import { createRandom } from '../../src/random/random.ts'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'
import type { ColumnOptions } from '../../src/ratings/rating-columns.ts'
import { writeParquetPredictions } from '../../src/recommender/export/parquet-predictions.ts'
import { measurePredictionErrors } from '../../src/recommender/export/prediction-errors.ts'
import { predictMissing, type UserPredictions } from '../../src/recommender/export/predictions.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { championOrVersion } from '../terminal/champion-or-version.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { createProgress } from '../terminal/progress.ts'
import { readRatings } from '../terminal/read-ratings.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { writeLines } from '../terminal/write-lines.ts'

export interface CompleteOptions extends BackendOptions, ColumnOptions {
  readonly out: string
  readonly model?: string
}

export interface Completed {
  readonly model: string
  readonly users: number
  readonly predictions: number
  /** Ratings of the file whose items the model was not trained on. */
  readonly ignored: number
  /** Of the known ratings, predicted from the user's other ratings: see `PredictionErrors`. */
  readonly rmse: number
  readonly coverage: number
  readonly file: string
}

/** @throws UsageError if the model predicts no ratings, RatingsInputError if it was trained on none of the items of the file */
export async function complete(
  path: string,
  { out, model: name, backend, requireGpu, ...columns }: CompleteOptions,
  signal: AbortSignal,
): Promise<Completed> {
  if (!/\.(csv|parquet)$/.test(out))
    throw new UsageError(`The predictions are written as CSV or Parquet: ${out} must end in .csv or .parquet`)
  await openBackend({ ...(backend && { backend }), ...(requireGpu && { requireGpu }) })
  const { matrix, users, items } = await readRatings(path, columns, signal)
  const { manifest, artifact } = await withDatabase((database, config) =>
    championOrVersion(openRegistry(database, config), name),
  )
  const scorer = openArtifact(artifact)
  try {
    if (!isRatingPredictor(scorer))
      throw new UsageError(
        `${formatVersionName(manifest)} predicts no ratings: train a model that does, such as i-autorec, and name it with --model`,
      )
    const model: RatingPredictor = scorer
    const known = Int32Array.from(items.ids, (id) => artifact.items.indexOf(id) ?? -1)
    const ratings = renumberColumns(matrix, known, artifact.items.size)
    if (ratings.values.length === 0)
      throw new RatingsInputError(
        `${formatVersionName(manifest)} was trained on none of the ${items.size} items of ${path}: ` +
          'the ids of items must be those of the database',
      )
    const errors = await measurePredictionErrors(model, ratings, createRandom('prediction errors'))
    const progress = createProgress({ label: 'Predicting', unit: 'users', total: users.size })
    const counts = { users: 0, predictions: 0 }
    async function* watched(): AsyncGenerator<UserPredictions> {
      for await (const predictions of predictMissing(model, ratings, errors)) {
        signal.throwIfAborted()
        yield predictions
        counts.predictions += predictions.items.length
        progress.update(++counts.users)
      }
    }
    try {
      const ids = { users, items: artifact.items }
      await (out.endsWith('.csv')
        ? writeLines(out, linesOf(watched(), ids))
        : writeParquetPredictions(out, watched(), ids))
    } finally {
      progress.finish()
    }
    const ignored = matrix.values.length - ratings.values.length
    const { rmse, coverage } = errors
    return { model: formatVersionName(manifest), ...counts, ignored, rmse, coverage, file: out }
  } finally {
    scorer.dispose()
  }
}

async function* linesOf(
  predictions: AsyncIterable<UserPredictions>,
  ids: { readonly users: IdMap; readonly items: IdMap },
): AsyncGenerator<string> {
  yield 'userId,itemId,rating,std\n'
  for await (const { user, items, ratings, stds } of predictions) {
    const userId = quoteCsv(ids.users.idOf(user))
    let text = ''
    for (const [n, item] of items.entries())
      text += `${userId},${quoteCsv(ids.items.idOf(item))},${ratings[n]!.toFixed(4)},${stds[n]!.toFixed(4)}\n`
    yield text
  }
}
