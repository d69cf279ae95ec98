// npm run experiment
import { Command, InvalidArgumentError } from 'commander'
import { type SimulateOptions, simulate } from './experiment/simulate.ts'
import { parseNumber, parseSeed } from './terminal/option-values.ts'

const program = new Command('npm run experiment --')
  .description('Runs experiments between models, and simulated ones whose truth is known.')
  .addHelpText(
    'after',
    `
Exit codes: 0 done, 1 it could not be done (the message says why).

Examples:
  npm run experiment -- simulate --aa --runs 1000 --json
  npm run experiment -- simulate --lift 0.05`,
  )

program
  .command('simulate')
  .description('try the statistics on simulated users: how often they find what is not there, and what is')
  .option('--aa', 'nothing differs (default)')
  .option('--lift <share>', 'the treatment earns so many more clicks: 0.05 is five per cent', parseLift)
  .option('--runs <number>', 'experiments to simulate', parseRuns, 400)
  .option('--seed <number>', 'seed of the users and their clicks', parseSeed, 1)
  .option('--json', 'print one JSON document on stdout')
  .action(async ({ json, ...options }: SimulateOptions & { json?: true }) => {
    if (options.aa && options.lift) program.error('An A/A test has no lift: give --aa or --lift, not both.')
    const { document, text } = await simulate(options)
    console.log(json ? JSON.stringify(document) : text)
  })

await program.parseAsync().catch((error: Error) => program.error(error.message))

function parseLift(text: string): number {
  const lift = parseNumber(text)
  if (lift <= 0) throw new InvalidArgumentError('It must be above 0.')
  return lift
}

function parseRuns(text: string): number {
  const runs = parseSeed(text)
  if (runs < 1) throw new InvalidArgumentError('It must be at least 1.')
  return runs
}
