// npm run anomalies
import { Option } from 'commander'
import { defaultAnomalyThreshold } from '../src/anomalies/detect-anomalies.ts'
import { type AnomaliesOptions, findAnomalies } from './anomalies/find-anomalies.ts'
import { formatAnomalies } from './anomalies/format.ts'
import { lastRunAnomalies } from './anomalies/last-run.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addColumnOptions } from './terminal/column-options.ts'
import { parseCount, parseNumber } from './terminal/option-values.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface Output {
  readonly lastRun?: true
  readonly json?: true
  readonly csv?: true
}

const description = {
  description:
    'List the users whose ratings are unlike those of all others, such as the fake users of a shilling attack.',
  notes: `
The score is the robust distance of a user's history from the usual ones, in standard deviations: by its length, by how
often its items are rated, and by how much higher or lower the user rates them than other users. It is multiplied by up
to 2 for users who gave an extreme rating to an item whose extreme ratings come from unusual users. Of quantities, such
as numbers of plays, the logarithm is measured. --model adds how badly that model reconstructs the history: by the
negative ELBO of a VAE, the negative log-likelihood of ppca, or else by how many items it ranks above the user's
positives.

--last-run computes nothing, so it takes only --json and --csv.

--json prints { users, ratings, feedback, threshold, flagged, model, promoted: [{ itemId, rated, extremes, ratings, probability }],
anomalies: [{ userId, score, ratings, reasons, cause, promotes, measurements }] }; measurements are in standard deviations. With
--last-run it prints { users: [{ userId, score, reasons, cause, promotedItem, quarantined, since, until, release }] }.`,
  examples: `
npm run anomalies
npm run anomalies -- --threshold 6 --limit 100 --csv > anomalies.csv
npm run anomalies -- --last-run
npm run anomalies -- --model mult-vae --json
npm run anomalies -- --ratings ratings.csv`,
}

/** A list of recorded users would ignore them. */
const optionsOfDetection = [
  ...['ratings', 'model', 'threshold', 'limit', 'backend', 'requireGpu'],
  ...['format', 'user', 'item', 'value', 'time', 'kind', 'kinds', 'implicit'],
]

await runCommand((signal) =>
  addColumnOptions(addBackendOptions(createCommand('anomalies', description)))
    .option('--ratings <path>', 'file or folder with the ratings (default: those in the database)')
    .option(
      '--model <name>',
      'add the reconstruction error of this champion, or of a version such as mult-vae@3',
    )
    .option(
      '--threshold <score>',
      'the score above which users are flagged',
      parseNumber,
      defaultAnomalyThreshold,
    )
    .option('--limit <count>', 'the number of users to list', parseCount, 20)
    .addOption(
      new Option(
        '--last-run',
        'list the users of the last retraining instead, and those of earlier ones who no longer are',
      ).conflicts(optionsOfDetection),
    )
    .option('--json', 'print one JSON document on stdout')
    .addOption(csvOption())
    .action(async ({ json, csv, lastRun, ...options }: AnomaliesOptions & Output) => {
      const result = lastRun
        ? await withDatabase((database) => lastRunAnomalies(database))
        : formatAnomalies(await findAnomalies(options, signal))
      printResult(result, json, csv)
    }),
)
