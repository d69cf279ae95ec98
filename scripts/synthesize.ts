// npm run synthesize
import { Option } from 'commander'
import { formatSynthesis } from './synthesize/format.ts'
import { type SynthesizeOptions, synthesize } from './synthesize/synthesize.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addColumnOptions } from './terminal/column-options.ts'
import { addPositiveThreshold } from './terminal/data-options.ts'
import { collectSetting, parseCount, parseOutputFile, parseSeed } from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description:
    'Write a file with ratings of new users who resemble the real ones, for load tests, demos and sharing.',
  notes: `
A VAE is trained on the positives of 80 % of the users with at least five of them. New users are drawn from a
normal distribution in its latent space, fitted to these users, or with --around from the posteriors of the given users.
Their items are drawn from the decoded probabilities. The file has the columns userId, itemId and rating; its ratings are
positive.

A new user must be no copy: of the item pairs of a user, the largest share that a single real user has and no other may be
as large as between real users. Other new users are drawn again.

The output compares the first 20,000 new users with the real ones. --evaluate trains a model on the new users and one on
the real ones, and compares their NDCG@100 on other real users; it is not for --around.

--json prints { file, users, ratings, generator: { model, epochs, trainingUsers, leftOut },
resemblance: { popularityDistance, coOccurrenceCorrelation, lengthDistance }, copies: { synthetic, real, redrawn }, evaluation: { model, real, synthetic, share } }.`,
  examples: `
npm run synthesize -- --users 10000 --out synthetic.csv
npm run synthesize -- --users 10000 --out synthetic.csv --evaluate ease --json
npm run synthesize -- --users 500 --out synthetic.csv --around 42,317
npm run synthesize -- --users 10000 --out synthetic.csv --ratings ratings.csv --set epochs=50`,
}

await runCommand(
  (signal) =>
    addPositiveThreshold(addColumnOptions(addBackendOptions(createCommand('synthesize', description))))
      .requiredOption('--users <count>', 'the number of new users', parseCount)
      .requiredOption('--out <file>', 'the file to write, ending in .csv', parseOutputFile)
      .option('--ratings <path>', 'file or folder with the real ratings (default: those in the database)')
      .option('--around <ids>', 'real users to draw new ones around, separated by commas', (text) =>
        text.split(','),
      )
      .addOption(new Option('--model <name>', 'the VAE').choices(['mult-vae', 'rec-vae']).default('mult-vae'))
      .addOption(
        new RepeatableOption('--set <name=value>', 'a hyperparameter of the VAE')
          .argParser(collectSetting)
          .default({}),
      )
      .option('--evaluate <name>', 'train this model on new and on real users, and compare')
      .option('--seed <number>', 'seed of all draws and trainings', parseSeed, 1)
      .option('--json', 'print one JSON document on stdout')
      .action(async ({ json, ...options }: SynthesizeOptions & { readonly json?: true }) =>
        printResult(formatSynthesis(await synthesize(options, signal)), json),
      ),
  'Interrupted; no incomplete file is left',
)
