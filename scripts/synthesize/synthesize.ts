import { type CsrMatrix, rowOf } from '../../src/interactions/csr/csr-matrix.ts'
import { renumberColumns, selectRows } from '../../src/interactions/csr/select.ts'
import { stackRows } from '../../src/interactions/csr/stack.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { positiveThresholdOf } from '../../src/interactions/positive-threshold.ts'
import { positives } from '../../src/interactions/positives.ts'
import { withPositiveThreshold } from '../../src/models/define-model.ts'
import { hasDensity, hasPosterior, type PosteriorModel } from '../../src/models/scorer.ts'
import { quoteCsv } from '../../src/pages/csv.ts'
import { createRandom } from '../../src/random/random.ts'
import type { Split } from '../../src/splits/split.ts'
import { keepPositives } from '../../src/splits/split-users.ts'
import { strongGeneralization } from '../../src/splits/strong-generalization.ts'
import { compareHistories, type Resemblance } from '../../src/synthesis/compare-histories.ts'
import { findRarePairs, type RarePairs } from '../../src/synthesis/rare-pairs.ts'
import { posteriorsOf, synthesizeUsers, TooSimilarError } from '../../src/synthesis/synthesize-users.ts'
import { fitUserPrior, type UserPrior, usersAround } from '../../src/synthesis/user-prior.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { fitWithProgress } from '../terminal/fit-with-progress.ts'
import { modelNamed } from '../terminal/model-named.ts'
import { createProgress } from '../terminal/progress.ts'
import { type DataOptions, readData } from '../terminal/read-data.ts'
import { withDatabase } from '../terminal/with-database.ts'
import { writeLines } from '../terminal/write-lines.ts'
import { evaluateSynthesis, type SynthesisEvaluation } from './evaluate-synthesis.ts'

export interface SynthesizeOptions extends BackendOptions, Omit<DataOptions, 'protocol' | 'train' | 'test'> {
  readonly users: number
  readonly out: string
  readonly around?: readonly string[]
  readonly model: string
  readonly set: object
  readonly evaluate?: string
  readonly seed: number
  readonly positiveThreshold?: number
}

export interface Synthesis {
  readonly file: string
  readonly users: number
  readonly ratings: number
  readonly generator: {
    readonly model: string
    readonly epochs: number
    readonly trainingUsers: number
    /** Users with fewer than five positives, whom the new users do not resemble. */
    readonly leftOut: number
  }
  readonly resemblance: Resemblance
  /** The largest shares of `RarePairs`, and the number of draws that were too similar to a real user. */
  readonly copies: { readonly synthetic: number; readonly real: number; readonly redrawn: number }
  /** Null without --evaluate. */
  readonly evaluation: SynthesisEvaluation | null
}

export async function synthesize(options: SynthesizeOptions, signal: AbortSignal): Promise<Synthesis> {
  const { out, users, seed, backend, requireGpu, around, model, set, evaluate, positiveThreshold, ...data } =
    options
  if (!out.endsWith('.csv')) throw new UsageError(`The ratings are written as CSV: ${out} must end in .csv`)
  if (around !== undefined && evaluate !== undefined)
    throw new UsageError(
      'New users around given ones do not stand for all users: leave out --evaluate or --around',
    )
  const evaluated = evaluate === undefined ? undefined : modelNamed(evaluate)
  await openBackend({ ...(backend && { backend }), ...(requireGpu && { requireGpu }) })
  const source = { ...data, protocol: 'strong-generalization' } as const
  const { ratings } =
    data.ratings === undefined
      ? await withDatabase((database) => readData(source, database.sql, signal))
      : await readData(source, undefined, signal)
  if (around !== undefined) requireUsers(around, ratings)
  const threshold = positiveThreshold ?? positiveThresholdOf(ratings)
  const split = strongGeneralization(ratings, { seed, positiveThreshold: threshold })
  const generator = await openGenerator(options, split, threshold, signal)
  try {
    const histories = historiesOf(ratings, split)
    const prior = await priorOf(generator.scorer, ratings, histories, split, threshold, around)
    // also users whom the VAE was not trained on, who may be those of --around
    const rarePairs = findRarePairs(positives(histories, threshold))
    const written = await writeUsers(generator.scorer, prior, split, threshold, rarePairs, options, signal)
    const { total, kept, copies } = written
    const drawn = kept.reduce(stackRows)
    return {
      file: out,
      users,
      ratings: total,
      generator: {
        model,
        epochs: generator.epochs,
        trainingUsers: split.users.size,
        leftOut: ratings.users.size - keepPositives(ratings, threshold).users.size,
      },
      resemblance: compareHistories(positives(split.train, threshold), drawn),
      copies,
      evaluation: evaluated
        ? await evaluateSynthesis(evaluated, drawn, split, { positiveThreshold: threshold, seed, signal })
        : null,
    }
  } finally {
    generator.scorer.dispose()
  }
}

function requireUsers(around: readonly string[], { users }: Interactions): void {
  const unknown = around.filter((id) => users.indexOf(id) === undefined)
  if (unknown.length > 0)
    throw new UsageError(`There are no ratings of the users ${unknown.join(', ')} of --around`)
}

async function openGenerator(
  { model: name, set, seed }: SynthesizeOptions,
  { train, validation }: Split,
  threshold: number,
  signal: AbortSignal,
): Promise<{ scorer: PosteriorModel; epochs: number }> {
  const model = modelNamed(name)
  const hyperparameters = withPositiveThreshold(model, threshold, set)
  const { scorer, epochs } = await fitWithProgress({
    model,
    hyperparameters,
    train,
    validation,
    seed,
    signal,
  })
  if (hasPosterior(scorer) && !hasDensity(scorer)) return { scorer, epochs }
  scorer.dispose()
  throw new UsageError(`${name} is no VAE with a distribution over items: use --model mult-vae or rec-vae`)
}

async function priorOf(
  model: PosteriorModel,
  { users }: Interactions,
  histories: CsrMatrix,
  split: Split,
  threshold: number,
  around: readonly string[] | undefined,
): Promise<UserPrior> {
  if (around === undefined) return fitUserPrior(await posteriorsOf(model, split.train, threshold))
  const rows = around.map((id) => users.indexOf(id)!)
  const posteriors = await posteriorsOf(model, selectRows(histories, rows), threshold)
  if (posteriors.lengths.length === 0)
    throw new UsageError('None of the users of --around has a positive rating')
  return usersAround(posteriors)
}

async function writeUsers(
  model: PosteriorModel,
  prior: UserPrior,
  { train, items }: Split,
  positiveThreshold: number,
  rarePairs: RarePairs,
  { users, out, seed }: SynthesizeOptions,
  signal: AbortSignal,
): Promise<{ total: number; kept: CsrMatrix[]; copies: Synthesis['copies'] }> {
  const kept: CsrMatrix[] = []
  const progress = createProgress({ label: 'New users', unit: 'users', total: users })
  let [done, total] = [0, 0]
  let copies: Synthesis['copies'] = { synthetic: 0, real: rarePairs.realShare, redrawn: 0 }
  async function* lines() {
    yield 'userId,itemId,rating\n'
    const random = createRandom(seed, 'synthesize')
    const settings = { users, positiveThreshold, random, rarePairs }
    for await (const drawn of synthesizeUsers(model, prior, train, settings)) {
      signal.throwIfAborted()
      const { histories: batch, redrawn, largestShare } = drawn
      copies = {
        ...copies,
        synthetic: Math.max(copies.synthetic, largestShare),
        redrawn: copies.redrawn + redrawn,
      }
      if (done < maxCompared) kept.push(batch)
      let text = ''
      for (let user = 0; user < batch.rows; user++) {
        const { indices, values } = rowOf(batch, user)
        for (const [n, item] of indices.entries())
          text += `synthetic-${done + user + 1},${quoteCsv(items.idOf(item))},${values[n]}\n`
      }
      yield text
      done += batch.rows
      total += batch.indices.length
      progress.update(done)
    }
  }
  try {
    await writeLines(out, lines())
  } catch (error) {
    if (!(error instanceof TooSimilarError)) throw error
    throw new UsageError(
      `${error.message}: train the VAE on more users, or with a larger maxBeta (--set maxBeta=1)`,
      { cause: error },
    )
  } finally {
    progress.finish()
  }
  return { total, kept, copies }
}

const maxCompared = 20_000

/** The ratings of all users, with the items of the split. */
function historiesOf({ matrix, items }: Interactions, split: Split): CsrMatrix {
  const columns = Int32Array.from(items.ids, (id) => split.items.indexOf(id) ?? -1)
  return renumberColumns(matrix, columns, split.items.size)
}
