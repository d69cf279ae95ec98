// npm run evaluate
import { modelNames } from '../src/models/models.ts'
import { type EvaluateOptions, evaluate } from './evaluate/evaluate.ts'
import { formatReport } from './evaluate/format.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addConfigFile } from './terminal/config-file.ts'
import { addDataOptions, addEvaluationOptions } from './terminal/data-options.ts'
import { collectSetting, parseSeed, parseShare } from './terminal/option-values.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

interface Output {
  readonly json?: true
  readonly csv?: true
}

const description = {
  description: 'Train a model on a part of the ratings and evaluate how well it predicts the rest.',
  notes: `
Protocols:
  random-holdout         predict a random tenth of the ratings
  strong-generalization  rank held-out positives of users who are not trained on, from a part of their history
  last-period            predict each user's ratings of the last tenth, by time
  predefined             predict the ratings of --test from those of --train
Popularity and user and item biases are evaluated for comparison. recall@k divides by min(k, positives), recall-all@k by
all positives. A published version is evaluated without training; if it was trained on held-out ratings, its metrics are
too good.`,
  examples: `
npm run evaluate -- --model mult-vae --protocol strong-generalization --ratings ml-1m --split hash
npm run evaluate -- --model i-autorec --protocol random-holdout --ratings ml-1m --set hidden=300 --json
npm run evaluate -- --model i-autorec --protocol predefined --train u1.base --test u1.test --metrics rmse
npm run evaluate -- --model rec-vae --protocol predefined --train gowalla/train.txt --test gowalla/test.txt --metrics recall-all@20,ndcg@20
npm run evaluate -- --model ease --protocol strong-generalization --ratings ml-1m --split hash --cold-items 0.1
npm run evaluate -- --model mult-vae@3 --protocol strong-generalization
npm run evaluate -- --config mult-vae.json --set epochs=50 --per-user mult-vae.csv`,
}

await runCommand((signal) =>
  addConfigFile(
    addEvaluationOptions(addDataOptions(addBackendOptions(createCommand('evaluate', description)))),
  )
    .requiredOption('--model <name>', `${modelNames.join(', ')}; or a published version such as mult-vae@3`)
    .option('--seed <number>', 'seed of the split and of the training', parseSeed, 1)
    .addOption(
      new RepeatableOption('--set <name=value>', 'a hyperparameter').argParser(collectSetting).default({}),
    )
    .option(
      '--diagnostics',
      'also the likelihood of ppca; for a VAE the two terms of its ELBO, a tighter bound, and the active latent units',
    )
    .option('--per-user <file>', 'write the metrics of each user to this file, as .csv or .parquet')
    .option('--save', 'publish the trained model, as it was evaluated, as a version')
    .option('--refit', 'evaluate a second training, for the chosen epochs, with the validation users too')
    .option(
      '--cold-items <share>',
      'train without this share of the items, such as 0.1, and recommend them by their attributes',
      parseShare,
    )
    .option('--items <file>', 'the file of items for --cold-items (default: the one next to the ratings)')
    .option('--no-baselines', 'do not evaluate popularity and bias for comparison')
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(async ({ json, csv, ...options }: EvaluateOptions & Output) =>
      printResult(formatReport(await evaluate(options, signal)), json, csv),
    ),
)
