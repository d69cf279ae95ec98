// npm run retrain
import { InvalidArgumentError } from 'commander'
import { type RetrainOptions, retrain } from './retrain/retrain.ts'
import { addBackendOptions } from './terminal/backend-options.ts'
import { currentUser } from './terminal/current-user.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'

const description = {
  description:
    'Train all variants on new ratings, evaluate them against the champions, and promote the better ones.',
  notes: `
The ratings are checked, and every variant is trained on them, starting from its champion's weights. Each candidate is
compared with its champion on users who were active after the champion was trained; neither is trained on the ratings that
these users gave since. A candidate passes if it is not worse by more than the margin, violates no guardrail and passes the
canary check. It is then trained on all ratings, and this refit is promoted. The champion that ranks best becomes the
default model. Running services follow within seconds.

After exit code 6, 7 or 130, --resume continues the run and gives the result of an uninterrupted one. A new run abandons
the interrupted one.

--json ends with { runId, outcome: "promoted" | "kept" | "stopped", reason, default, candidates: [{ model, version,
refit, metrics, gate }], refusedBatches: [{ id, source, day, ratings, isQuarantined }], report }.`,
  examples: `
npm run retrain -- --dry-run
npm run retrain -- --report retraining.html
npm run retrain -- --resume
npm run --silent retrain -- --json --notify https://example.com/hooks/palate`,
}

await runCommand(
  (signal) =>
    addBackendOptions(createCommand('retrain', description))
      .option('--config <file>', 'the configuration (default: palate.config.ts, else all defaults)')
      .option('--until <time>', 'ignore ratings after this time (default: use all ratings)', parseTime)
      .option(
        '--no-refit',
        'promote the evaluated candidates, which were not trained on the held-out ratings',
      )
      .option('--cold', 'start from random weights instead of the weights of the champions')
      .option('--resume', 'continue the interrupted run')
      .option('--dry-run', 'check the ratings and show what a run would do')
      .option('--workers', 'let npm run worker train the variants, on any number of machines')
      .option('--report <file>', 'also write the report as a page')
      .option('--notify <url>', 'send the outcome to a webhook, signed with PALATE_WEBHOOK_SECRET')
      .option('--notify-private', 'allow --notify a loopback or private address')
      .option('--textfile <file>', "write metrics of the run for Prometheus' node_exporter")
      .option('--by <name>', 'the user, for the record', currentUser())
      .option('--json', 'print events as lines of JSON on stdout, the result last')
      .action(async (options: RetrainOptions) => exitWith(await retrain(options, signal))),
  'Interrupted; npm run retrain -- --resume continues the run',
)

function parseTime(text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a date or a time, such as 2026-01-31 or 2026-01-31T12:00:00Z.')
  return time
}
