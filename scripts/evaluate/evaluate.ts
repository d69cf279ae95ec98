import { loadConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import type { Metric } from '../../src/evaluation/metric.ts'
import { fingerprint } from '../../src/interactions/fingerprint.ts'
import { positiveThresholdOf } from '../../src/interactions/positives.ts'
import { bias } from '../../src/models/bias.ts'
import type { Model } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { popularity } from '../../src/models/popularity.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import type { LoadedVersion } from '../../src/registry/registry.ts'
import { formatVersionName, parseVersionName, type VersionName } from '../../src/registry/version-name.ts'
import { type Protocol, type Rule, splitBy } from '../../src/splits/protocol.ts'
import { type BackendOptions, openBackend } from '../terminal/backend-options.ts'
import { type Exam, judgeTrained, judgeVersion } from './judged.ts'
import { type Data, type DataOptions, readData, readsDatabase } from './read-data.ts'
import { type EvaluateReport, type Judged, sizesOf } from './report.ts'

/** What decides on what models are judged, and by what. */
export interface ExamOptions extends DataOptions {
  readonly split: Rule
  readonly seed: number
  readonly metrics?: readonly Metric[]
  readonly positiveThreshold?: number
}

export interface EvaluateOptions extends ExamOptions, BackendOptions {
  /** A kind of model, to be trained, or a version such as mult-vae@3. */
  readonly model: string
  /** Hyperparameters that differ from the defaults. */
  readonly set: Readonly<Record<string, unknown>>
  /** Whether to look into the latent space of a VAE too. */
  readonly diagnostics?: boolean
}

/**
 * Judges a model and the baselines on the same split.
 *
 * @throws RangeError when the options do not go together, and whatever reading, splitting, training and judging throw.
 */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<EvaluateReport> {
  const started = performance.now()
  const config = loadConfig()
  const subject = subjectOf(options)
  const needsDatabase = subject.kind === 'version' || readsDatabase(options)
  const database = needsDatabase ? await openDatabase(config, say) : undefined
  try {
    const { name: backend } = await openBackend(options)
    const data = await readData(options, database?.sql, signal)
    const { diagnostics = false } = options
    const exam = { ...prepare(options, data, signal), diagnostics }
    const judged =
      subject.kind === 'model'
        ? await judgeTrained(subject.model, options.set, exam)
        : await judgeStored(await openRegistry(database!, config).load(subject.name), data, exam)
    reportMissing(judged, exam)
    return {
      ...judged,
      protocol: options.protocol,
      baselines: {
        popularity: (await judgeTrained(popularity, {}, exam)).metrics,
        bias: (await judgeTrained(bias, {}, exam)).metrics,
      },
      backend,
      seed: options.seed,
      positiveThreshold: exam.positiveThreshold,
      split: { rule: options.split, ...sizesOf(exam.split) },
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await database?.close()
  }
}

type Subject =
  | { readonly kind: 'model'; readonly model: Model }
  | { readonly kind: 'version'; readonly name: VersionName }

function subjectOf({ model, set }: EvaluateOptions): Subject {
  if (!model.includes('@')) return { kind: 'model', model: findModel(model) }
  if (Object.keys(set).length > 0)
    throw new RangeError(`--set is for models to be trained; ${model} is stored with its hyperparameters`)
  return { kind: 'version', name: parseVersionName(model) }
}

/** The split and the metrics that the options ask for. */
export function prepare(options: ExamOptions, { ratings, test }: Data, signal: AbortSignal): Exam {
  const { protocol, split: rule, seed, metrics = defaultMetrics(protocol) } = options
  const positiveThreshold = options.positiveThreshold ?? positiveThresholdOf(ratings.matrix, 4)
  const split = splitBy(protocol, ratings, { rule, seed, positiveThreshold, ...(test && { test }) })
  const repeated = (test?.matrix.values.length ?? 0) - split.test.targets.values.length
  if (repeated > 0) say(`${repeated} test ratings are left out: the training file has the same user and item`)
  return { split, metrics, positiveThreshold, seed, signal }
}

/** Strong generalization holds out only what was liked, so errors of ratings would tell nothing there. */
function defaultMetrics(protocol: Protocol): readonly Metric[] {
  const ranking: Metric[] = ['recall@20', 'recall@50', 'ndcg@10', 'ndcg@100']
  return protocol === 'strong-generalization' ? ranking : ['rmse', 'mae', ...ranking]
}

async function judgeStored(loaded: LoadedVersion, { ratings }: Data, exam: Exam): Promise<Judged> {
  if (loaded.manifest.dataFingerprint === fingerprint(ratings))
    say(`${formatVersionName(loaded.manifest)} learned from these very ratings, so its figures are too good`)
  return judgeVersion(loaded, exam)
}

function reportMissing({ model, metrics }: Judged, exam: Exam): void {
  const missing = exam.metrics.filter((metric) => !(metric in metrics)).join(' and ')
  if (missing !== '') say(`${model} foretells no ratings, so it has no ${missing}`)
}

function say(line: string): void {
  console.error(line)
}
