// npm run complete -- <ratings>
import { type CompleteOptions, complete } from './complete/complete.ts'
import { formatCompleted } from './complete/format.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addColumnOptions } from './terminal/column-options.ts'
import { parseOutputFile } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description:
    'Predict the rating of every item that the users of a file have not rated, with its uncertainty.',
  notes: `
The users need not be in the database; their ratings in the file are their histories. The items are those of a champion that
predicts ratings. The output has the columns userId, itemId, rating and std (user_id and item_id in Parquet): the standard
deviation of the rating around the prediction. Memory does not grow with the number of predictions.

--json prints { model, users, predictions, ignored, rmse, coverage, file }: the error of the known ratings, predicted from the
other ratings of the user, and the share of them within 1.96 std.`,
  examples: `
npm run complete -- ratings.csv --out predicted.csv
npm run complete -- ratings.csv --out predicted.parquet --model i-autorec
npm run complete -- ratings.csv --out predicted.csv --model u-autorec@3 --json`,
}

await runCommand(
  (signal) =>
    addColumnOptions(addBackendOptions(createCommand('complete', description)))
      .argument('<ratings>', 'file or folder with the ratings of the users')
      .requiredOption('--out <file>', 'the file to write, ending in .csv or .parquet', parseOutputFile)
      .option(
        '--model <name>',
        'a model of ratings, or a version (default: the default model, if it predicts ratings)',
      )
      .option('--json', 'print one JSON document on stdout')
      .action(async (path: string, { json, ...options }: CompleteOptions & { readonly json?: true }) =>
        printResult(formatCompleted(await complete(path, options, signal)), json),
      ),
  'Interrupted; no incomplete file is left',
)
