// npm run train
import { Command, Option } from 'commander'
import { type Config, loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { loadInteractions } from '../src/interactions/postgres-interactions.ts'
import { modelNames } from '../src/models/models.ts'
import { formatSeconds } from '../src/pages/numbers.ts'
import { formatVersionName } from '../src/registry/version-name.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { formatMetrics } from './terminal/metrics-table.ts'
import { collectSetting, parseSeed } from './terminal/option-values.ts'
import { autoencoders, type TrainedModel, trainModels } from './train/train-models.ts'

interface Options extends BackendOptions {
  readonly model: string
  readonly seed: number
  readonly set: Readonly<Record<string, unknown>>
  readonly promote?: boolean
  readonly json?: boolean
}

const program = addBackendOptions(new Command('npm run train --'))
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
  npm run train -- --model mult-vae --set latent=100 --set maxBeta=0.3 --promote
  npm run train -- --model i-autorec --seed 7 --json`,
  )
  .parse()

const options = program.opts<Options>()
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const config = loadConfig()
  const { name: backend } = await openBackend(options)
  const database = await openDatabase(config, (line) => console.error(line))
  try {
    const versions = await train(database, config, backend)
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

async function train(database: Database, config: Config, backend: string): Promise<TrainedModel[]> {
  const ratings = await loadInteractions(database.sql)
  if (ratings.matrix.values.length === 0)
    throw new Error('The database holds no ratings yet; import some with npm run import')
  return trainModels({
    models: options.model === 'all' ? autoencoders : [options.model],
    ratings,
    database,
    config,
    backend,
    seed: options.seed,
    hyperparameters: options.set,
    promote: options.promote ?? false,
    by: 'npm run train',
    signal: abort.signal,
  })
}

function toJson(versions: readonly TrainedModel[], backend: string) {
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

function describe(versions: readonly TrainedModel[]): string {
  const rows = Object.fromEntries(
    versions.map(({ manifest, metrics }) => [formatVersionName(manifest), metrics]),
  )
  const notes = versions.map(({ manifest, promoted, interrupted, epochs, seconds }) => {
    const state = interrupted ? 'interrupted' : promoted ? 'champion' : 'published, not promoted'
    return `${formatVersionName(manifest)}: ${state}, ${epochs} epochs in ${formatSeconds(seconds)}`
  })
  return [formatMetrics(rows), '', ...notes].join('\n')
}
