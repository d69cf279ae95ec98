// npm run retrain
import { Command, InvalidArgumentError } from 'commander'
import { describeExitCodes } from '../src/retraining/exit-code.ts'
import { NothingToResumeError } from '../src/retraining/run/run-retraining.ts'
import { type RetrainOptions, retrain } from './retrain/retrain.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { endWhereMisused, endWith, endWithError } from './terminal/end-process.ts'
import { whoAsks } from './terminal/who.ts'

const program = addBackendOptions(endWhereMisused(new Command('npm run retrain --')))
  .description(
    'Trains all variants on what has come in, judges them against what answers, and promotes the better.',
  )
  .option('--config <file>', 'the configuration (default: palate.config.ts, else all defaults)')
  .option('--until <instant>', 'see no rating given later (default: the latest there is)', parseInstant)
  .option('--cold', 'start over instead of training on from the champions')
  .option('--resume', 'go on with the run that did not come to its end')
  .option('--dry-run', 'look at the ratings and say what would be done')
  .option('--workers', 'let npm run worker train the variants, on any number of machines')
  .option('--report <file>', 'also write the report as a page')
  .option('--notify <url>', 'send how it ended, signed with PALATE_WEBHOOK_SECRET')
  .option('--textfile <file>', 'write figures of the run for the node_exporter of Prometheus')
  .option('--by <name>', 'who retrains, for the record', whoAsks())
  .option('--json', 'print what happens as lines of JSON on stdout, the result last')
  .addHelpText(
    'after',
    `
Ratings up to an instant are checked, every variant trains on them from its champion's weights, and each candidate is
judged against its champion by users of the time since the champions were trained: neither has seen any rating of
theirs from that time. What is not worse by more than the margin, breaks no guardrail and answers is promoted. Running
services follow within seconds.

A run that was interrupted, killed or stopped by a full disk or a lost database goes on with --resume to the very
result that it would have had. A new run gives it up.

--json ends with { runId, outcome: "promoted" | "kept" | "stopped", reason, candidates: [{ model, version, metrics,
gate }], report }.

Exit codes:
${describeExitCodes()}

Examples:
  npm run retrain -- --dry-run
  npm run retrain -- --report retraining.html
  npm run retrain -- --resume
  npm run --silent retrain -- --json --notify https://example.com/hooks/palate`,
  )
  .parse()

const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => abort.abort())

try {
  endWith(await retrain(program.opts<RetrainOptions>(), abort.signal))
} catch (error) {
  if (abort.signal.aborted && !(error instanceof NothingToResumeError)) {
    console.error('Interrupted; npm run retrain -- --resume goes on')
    endWith('interrupted')
  } else endWithError(error)
}

function parseInstant(text: string): Date {
  const instant = new Date(text)
  if (Number.isNaN(instant.getTime()))
    throw new InvalidArgumentError(
      'It must be a day or an instant, as in 2026-01-31 or 2026-01-31T12:00:00Z.',
    )
  return instant
}
