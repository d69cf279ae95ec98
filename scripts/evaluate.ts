// npm run evaluate
import { Command } from 'commander'
import { modelNames } from '../src/models/models.ts'
import { addDataOptions } from './evaluate/data-options.ts'
import { type EvaluateOptions, evaluate } from './evaluate/evaluate.ts'
import { describe } from './evaluate/report.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { collectSetting, parseMetricList, parseSeed } from './terminal/option-values.ts'

const program = addDataOptions(addBackendOptions(new Command('npm run evaluate --')))
  .description('Measures how well a model, trained on a part of the ratings, foretells the rest.')
  .requiredOption('--model <name>', `${modelNames.join(', ')}; or a stored version such as mult-vae@3`)
  .option('--seed <number>', 'seed of the split and of the training', parseSeed, 1)
  .option('--metrics <list>', 'any of recall@R, recall-all@R, ndcg@R, rmse, mae', parseMetricList)
  .option('--set <name=value>', 'a hyperparameter; as often as needed', collectSetting, {})
  .option(
    '--diagnostics',
    'also the likelihood of ppca; of a VAE its ELBO in two terms, a tighter bound, and which latent units it uses',
  )
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Protocols:
  random-holdout         foretells a tenth of the ratings
  strong-generalization  shows a part of what users never trained on have liked, and ranks the rest
  last-period            foretells each user's ratings of the last tenth, by time
  predefined             foretells the ratings of --test from those of --train
Popularity and user and item biases are measured beside the model. recall@R divides by min(R, liked items),
recall-all@R by all liked items. A stored version is judged as it is; one that learned from the ratings held out is
flattered by them.

Exit codes: 0 done, 1 it could not go on (the message says why), 130 interrupted.

Examples:
  npm run evaluate -- --model mult-vae --protocol strong-generalization --ratings ml-1m --split hash
  npm run evaluate -- --model i-autorec --protocol random-holdout --ratings ml-1m --set hidden=300 --json
  npm run evaluate -- --model i-autorec --protocol predefined --train u1.base --test u1.test --metrics rmse
  npm run evaluate -- --model rec-vae --protocol predefined --train gowalla/train.txt --test gowalla/test.txt --metrics recall-all@20,ndcg@20
  npm run evaluate -- --model mult-vae@3 --protocol strong-generalization`,
  )
  .parse()

const abort = new AbortController()
process.once('SIGINT', () => abort.abort())

try {
  const { json, ...options } = program.opts<EvaluateOptions & { json?: boolean }>()
  const report = await evaluate(options, abort.signal)
  console.log(json ? JSON.stringify(report) : describe(report))
} catch (error) {
  if (error instanceof TypeError) throw error
  console.error(abort.signal.aborted ? 'Interrupted' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}
