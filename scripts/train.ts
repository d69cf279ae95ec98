// npm run train
import { Option } from 'commander'
import { modelNames } from '../src/models/models.ts'
import { loadRetrainingConfig } from '../src/retraining/load-config.ts'
import { defaultSearchBudget } from '../src/tuning/automatic-search.ts'
import { addBackendOptions, type BackendOptions, openBackend } from './terminal/backend-options.ts'
import { addPositiveThreshold } from './terminal/data-options.ts'
import { collectSetting, parseDuration, parseSeed } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'
import { formatTrained } from './train/format.ts'
import { autoencoders, trainModels } from './train/train-models.ts'

interface Options extends BackendOptions {
  readonly model: string
  readonly seed: number
  readonly set: Readonly<Record<string, unknown>>
  readonly positiveThreshold?: number
  /** Seconds. */
  readonly auto?: number | false
  readonly promote?: boolean
  readonly refit: boolean
  readonly json?: boolean
}

const description = {
  description: 'Train models on the ratings in the database and publish each as a new version.',
  notes: `
A random tenth of the ratings is held out to evaluate each model, and a tenth of the rest to choose its best epoch. Then
the model is trained again, on all ratings and for as many epochs, and published. The first version of a model becomes its
champion, which serves requests; later versions become champions only with --promote. The champion with the best NDCG@100
on the held-out ratings is the default model, which serves requests that name no model; palate.config.ts can set another
metric or the default itself. Ctrl-C ends training and publishes the best epoch so far, marked as interrupted and never
promoted.

--auto first searches the hyperparameters that matter most for each model (docs/models.md lists them), except those of
--set: up to 20 trials on the ratings that choose the best epoch, starting with the defaults. Later trainings of the model,
by npm run retrain too, use what the search has found, and say so; --no-auto uses the defaults. Ctrl-C during the search
ends it without a new version.

--json prints { versions: [{ model, version, metrics, epochs, refitOf, chosenShares, seconds,
interrupted, promoted, hyperparameters, search }], baselines, worseThanBaselines,
default: { model, previous, reason, warning, … }, positives: { threshold, ratings, share, users, usersWithoutPositives },
expected, backend, seed }.`,
  examples: `
npm run train -- --model all
npm run train -- --model mult-vae --set latent=100 --set maxBeta=0.3 --promote
npm run train -- --model mult-vae --auto 30m
npm run train -- --model i-autorec --seed 7 --json`,
}

await runCommand(
  (signal) =>
    addPositiveThreshold(addBackendOptions(createCommand('train', description)))
      .addOption(
        new Option('--model <name>', 'the model, or all for the three autoencoders')
          .choices([...modelNames, 'all'])
          .makeOptionMandatory(),
      )
      .option('--seed <number>', 'seed of the split and of the training', parseSeed, 1)
      .addOption(
        new RepeatableOption('--set <name=value>', 'a hyperparameter').argParser(collectSetting).default({}),
      )
      .addOption(
        new Option(
          '--auto [duration]',
          'search hyperparameters first, for at most this time (without one: 10m)',
        )
          .preset('10m')
          .argParser(parseDuration),
      )
      .option('--no-auto', 'use the defaults instead of what an earlier search has found')
      .option('--promote', 'make the new version the champion even if there is one')
      .option('--no-refit', 'publish the evaluated weights, which were not trained on the held-out ratings')
      .option('--json', 'print one JSON document on stdout')
      .action(
        async ({
          model,
          seed,
          set,
          auto,
          promote = false,
          refit,
          positiveThreshold,
          json,
          ...backendOptions
        }: Options) => {
          const retraining = await loadRetrainingConfig()
          const { name: backend } = await openBackend(backendOptions)
          const trained = await withDatabase((database, config) =>
            trainModels({
              models: model === 'all' ? autoencoders : [model],
              database,
              config,
              retraining: {
                ...retraining,
                refit: refit && retraining.refit,
                ...(positiveThreshold !== undefined && { positiveThreshold }),
              },
              backend,
              seed,
              hyperparameters: set,
              ...(auto !== undefined && {
                auto: auto !== false && { ...defaultSearchBudget, seconds: auto },
              }),
              promote,
              by: 'npm run train',
              signal,
            }),
          )
          printResult(formatTrained(trained, backend, seed), json)
        },
      ),
  'Interrupted before the first epoch; nothing was published',
)
