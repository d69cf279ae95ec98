// npm run tune
import { writeFile } from 'node:fs/promises'
import { Option } from 'commander'
import { modelNames } from '../src/models/models.ts'
import { strategies } from '../src/tuning/suggest.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { addDataOptions } from './terminal/data-options.ts'
import {
  collectSetting,
  parseCount,
  parseDuration,
  parseOutputFile,
  parseSeed,
} from './terminal/option-values.ts'
import { printResult } from './terminal/print-result.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { formatTuneReport, renderReport } from './tune/format.ts'
import { type TuneOptions, tune } from './tune/tune.ts'

interface Options extends TuneOptions {
  readonly report?: string
  readonly json?: true
}

const description = {
  description: 'Search for good hyperparameters of a model, on the validation part of a split.',
  notes: `
Every trial is trained for a few epochs, the best third of the trials for three times as many, and so on up to all
epochs. Finished trials are kept in the database. Ctrl-C ends the search and prints the best trial so far; --resume
continues the search, also with more --trials. The search does not use the test part of the split: npm run evaluate
does.

--json prints { studyId, outcome, settings, split, backend, metric, best, baseline, worseThanBaselines, config, trials, expected,
seconds }; config is for the configuration of npm run retrain, baseline the figure of bias or popularity on the validation part. If the budget is used up, the exit code is 0.`,
  examples: `
npm run tune -- --model mult-vae --trials 50 --budget 2h --report search.html
npm run tune -- --model i-autorec --protocol random-holdout --ratings ml-1m --split hash --set epochs=60
npm run tune -- --model ease --trials 20 --json
npm run tune -- --model mult-vae --trials 100 --resume
npm run tune -- --model mult-vae --workers 4`,
}

await runCommand((signal) =>
  addDataOptions(addBackendOptions(createCommand('tune', description)), 'strong-generalization')
    .addOption(
      new Option('--model <name>', 'the model')
        .choices(modelNames.filter((name) => name !== 'popularity'))
        .makeOptionMandatory(),
    )
    .option('--trials <number>', 'number of trials', parseCount, 50)
    .option('--budget <duration>', 'stop after this time, such as 90s, 30m or 2h', parseDuration)
    .addOption(
      new Option('--strategy <name>', 'how hyperparameters are chosen').choices(strategies).default('tpe'),
    )
    .option('--seed <number>', 'seed of the split, the training and the search', parseSeed, 1)
    .addOption(
      new RepeatableOption('--set <name=value>', 'a fixed hyperparameter')
        .argParser(collectSetting)
        .default({}),
    )
    .option('--resume', 'continue the last search with the same settings')
    .option('--workers <number>', 'let npm run worker train this many trials at once', parseCount)
    .option('--report <path>', 'also write a page with plots', parseOutputFile)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, report: path, ...options }: Options) => {
      const report = await tune(options, signal)
      if (path !== undefined) await writeFile(path, renderReport(report))
      printResult(formatTuneReport(report), json)
    }),
)
