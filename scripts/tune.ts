// npm run tune
import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import { modelNames } from '../src/models/models.ts'
import { strategies } from '../src/tuning/suggest.ts'
import { addDataOptions } from './evaluate/data-options.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { collectSetting, parseCount, parseDuration, parseSeed } from './terminal/option-values.ts'
import { describe, renderReport } from './tune/report.ts'
import { type TuneOptions, tune } from './tune/tune.ts'

const program = addDataOptions(addBackendOptions(new Command('npm run tune --')), 'strong-generalization')
  .description('Searches for good hyperparameters of a model, on the validation part of a split.')
  .addOption(
    new Option('--model <name>', 'the model')
      .choices(modelNames.filter((name) => name !== 'popularity'))
      .makeOptionMandatory(),
  )
  .option('--trials <number>', 'choices of hyperparameters to try', parseCount, 50)
  .option('--budget <duration>', 'stop after this time, such as 90s, 30m or 2h', parseDuration)
  .addOption(
    new Option('--strategy <name>', 'how hyperparameters are chosen').choices(strategies).default('tpe'),
  )
  .option('--seed <number>', 'seed of the split, the trainings and the search', parseSeed, 1)
  .option(
    '--set <name=value>',
    'a hyperparameter that is not searched; as often as needed',
    collectSetting,
    {},
  )
  .option('--resume', 'go on with the last search of the same settings')
  .option('--workers <number>', 'let npm run worker train so many trials at once', parseCount)
  .option('--report <path>', 'also write a page with plots')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Every trial is trained for a few epochs; the best third of them for three times as many, and so on up to all epochs.
Trials lie in the database as they are done. Ctrl-C ends the search and prints the best so far; --resume goes on where
it ended, with more --trials too. The test part of the split is not looked at: npm run evaluate judges by it.

--json prints { studyId, outcome, settings, split, backend, metric, best, config, trials, seconds }; config is what the
configuration of npm run retrain takes.

Exit codes: 0 done or budget used up, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run tune -- --model mult-vae --trials 50 --budget 2h --report search.html
  npm run tune -- --model i-autorec --protocol random-holdout --ratings ml-1m --split hash --set epochs=60
  npm run tune -- --model ease --trials 20 --json
  npm run tune -- --model mult-vae --trials 100 --resume
  npm run tune -- --model mult-vae --workers 4`,
  )
  .parse()

const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  const { json, report: path, ...options } = program.opts<TuneOptions & { json?: true; report?: string }>()
  const report = await tune(options, abort.signal)
  if (path !== undefined) await writeFile(path, renderReport(report))
  console.log(json ? JSON.stringify(report) : describe(report))
  if (abort.signal.aborted) process.exitCode = 130
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error((error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}
