// npm run predict-attribute
import { formatPrediction } from './predict-attribute/format.ts'
import { type PredictAttributeOptions, predictAttribute } from './predict-attribute/predict-attribute.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addColumnOptions } from './terminal/column-options.ts'
import { collectSetting, parseOutputFile, parseSeed } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description: 'Predict an attribute of all users from the known values of a few, by their embeddings.',
  notes: `
The file of --labels has a header with userId and the name of the attribute. The accuracy is that of five-fold
cross-validation. It is compared with that of the same classifier on the 500 most popular items, and on the number and
popularity of the rated items, and with that of always the most frequent value. The embeddings are those of a champion;
with --ratings the model is trained on the file first.

Attributes in offLimitsAttributes of palate.config.ts are refused, with exit code 2.

--json prints { attribute, model, labels, values, accuracy: { embeddings, interactions, popularity, mostFrequent },
predicted, file }; an accuracy is { mean, standardError }.`,
  examples: `
npm run predict-attribute -- --attribute plan --labels labels.csv
npm run predict-attribute -- --attribute plan --labels labels.csv --out plans.csv --json
npm run predict-attribute -- --attribute plan --labels labels.csv --model rec-vae
npm run predict-attribute -- --attribute plan --labels labels.csv --ratings ratings.csv --model mult-vae`,
}

await runCommand(
  (signal) =>
    addColumnOptions(addBackendOptions(createCommand('predict-attribute', description)))
      .requiredOption('--attribute <name>', 'the attribute: a column of the file of --labels')
      .requiredOption('--labels <file>', 'a CSV file with the known values')
      .option(
        '--out <file>',
        'write userId, value and margin of all users without a label to this .csv file',
        parseOutputFile,
      )
      .option(
        '--model <name>',
        'a model with embeddings, or a version (default: the default model; mult-vae with --ratings)',
      )
      .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
      .addOption(
        new RepeatableOption('--set <name=value>', 'a hyperparameter for --ratings')
          .argParser(collectSetting)
          .default({}),
      )
      .option('--config <file>', 'the configuration with offLimitsAttributes (default: palate.config.ts)')
      .option('--seed <number>', 'seed of the folds and of a training', parseSeed, 1)
      .option('--json', 'print one JSON document on stdout')
      .action(async ({ json, ...options }: PredictAttributeOptions & { readonly json?: true }) =>
        printResult(formatPrediction(await predictAttribute(options, signal)), json),
      ),
  'Interrupted; no incomplete file is left',
)
