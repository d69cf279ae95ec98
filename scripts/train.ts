// npm run train
import { Command, Option } from 'commander'
import { useBackend } from '../src/compute/backend.ts'
import { type Config, loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { type Metric, parseMetrics } from '../src/evaluation/metric.ts'
import { fingerprint } from '../src/interactions/fingerprint.ts'
import { loadInteractions } from '../src/interactions/postgres-interactions.ts'
import { findModel, modelNames } from '../src/models/models.ts'
import { positiveThreshold } from '../src/models/positives.ts'
import { openRegistry } from '../src/registry/open-registry.ts'
import { type TrainedVersion, trainVersion } from '../src/registry/train-version.ts'
import { formatVersionName } from '../src/registry/version-name.ts'
import { randomHoldout } from '../src/splits/random-holdout.ts'
import { createPostgresTrainingRuns } from '../src/training/postgres-training-runs.ts'
import { createEpochProgress } from './terminal/epoch-progress.ts'
import { formatMetrics } from './terminal/metrics-table.ts'
import { collectSetting, parseSeed } from './terminal/option-values.ts'
import { formatSeconds } from './terminal/progress.ts'

interface Options {
  readonly model: string
  readonly seed: number
  readonly set: Readonly<Record<string, unknown>>
  readonly promote?: boolean
  readonly json?: boolean
}

interface Trained extends TrainedVersion {
  readonly promoted: boolean
}

const all = ['u-autorec', 'i-autorec', 'mult-vae']
const metrics: readonly Metric[] = parseMetrics('rmse,ndcg@10,ndcg@100,recall@20,recall@50')

const program = new Command('npm run train --')
  .description('Trains models on the ratings in the database and publishes each as a new version.')
  .addOption(
    new Option('--model <name>', 'the model, or all for the three autoencoders')
      .choices([...modelNames, 'all'])
      .makeOptionMandatory(),
  )
  .option('--seed <number>', 'seed of the split and of the training', parseSeed, 1)
  .option('--set <name=value>', 'a hyperparameter; as often as needed', collectSetting, {})
  .option('--promote', 'let the new version answer at once, also where another one does')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
A random tenth of the ratings judges the new version, a tenth of the rest chooses its best epoch. The first version of
a model becomes its champion, which answers in the service; a later one only with --promote. Ctrl-C ends training and
publishes the best epoch so far, marked as interrupted and never promoted.

--json prints { versions: [{ model, version, metrics, epochs, seconds, interrupted, promoted }], backend, seed }.

Exit codes: 0 done, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run train -- --model all
  npm run train -- --model mult-vae --set latent=100 --set betaCap=0.3 --promote
  npm run train -- --model i-autorec --seed 7 --json`,
  )
  .parse()

const options = program.opts<Options>()
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const config = loadConfig()
  const { name: backend } = await useBackend(config.backend)
  const database = await openDatabase(config, (line) => console.error(line))
  try {
    const versions = await trainAll(database, config, backend)
    console.log(options.json ? JSON.stringify(toJson(versions, backend)) : describe(versions))
  } finally {
    await database.close()
  }
  if (abort.signal.aborted) process.exitCode = 130
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(
    abort.signal.aborted
      ? 'Interrupted before the first epoch; nothing was published'
      : (error as Error).message,
  )
  process.exitCode = abort.signal.aborted ? 130 : 1
}

async function trainAll(database: Database, config: Config, backend: string): Promise<Trained[]> {
  const ratings = await loadInteractions(database.sql)
  if (ratings.matrix.values.length === 0)
    throw new Error('The database holds no ratings yet; import some with npm run import')
  const split = randomHoldout(ratings, options.seed)
  const registry = openRegistry(database, config)
  const progress = createEpochProgress()
  const trained: Trained[] = []
  try {
    for (const name of options.model === 'all' ? all : [options.model]) {
      if (abort.signal.aborted) break
      const version = await trainVersion({
        model: findModel(name),
        hyperparameters: options.set,
        split,
        dataFingerprint: fingerprint(ratings),
        metrics,
        positiveFrom: positiveThreshold(ratings.matrix, 4),
        seed: options.seed,
        backend,
        registry,
        runs: createPostgresTrainingRuns(database),
        signal: abort.signal,
        onEpoch: (report) => progress.update(name, report),
      })
      const isFirst = !(await registry.champions()).some(({ model }) => model === name)
      const promoted = !version.interrupted && (isFirst || options.promote === true)
      if (promoted) {
        const reason = isFirst ? 'first version' : 'npm run train --promote'
        await registry.promote(version.manifest, { by: 'npm run train', reason })
      }
      trained.push({ ...version, promoted })
    }
  } finally {
    progress.finish()
  }
  return trained
}

function toJson(versions: readonly Trained[], backend: string) {
  return {
    versions: versions.map(({ manifest, metrics, epochs, seconds, interrupted, promoted }) => ({
      model: manifest.model,
      version: manifest.version,
      metrics,
      epochs,
      seconds,
      interrupted,
      promoted,
    })),
    backend,
    seed: options.seed,
  }
}

function describe(versions: readonly Trained[]): string {
  const rows = Object.fromEntries(
    versions.map(({ manifest, metrics }) => [formatVersionName(manifest), metrics]),
  )
  const notes = versions.map(({ manifest, promoted, interrupted, epochs, seconds }) => {
    const state = interrupted ? 'interrupted' : promoted ? 'champion' : 'published, not promoted'
    return `${formatVersionName(manifest)}: ${state}, ${epochs} epochs in ${formatSeconds(seconds)}`
  })
  return [formatMetrics(rows), '', ...notes].join('\n')
}
