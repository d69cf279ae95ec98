// npm run experiment -- <command>
import { type Command, InvalidArgumentError } from 'commander'
import { commands, type ExperimentCommand } from './experiment/commands.ts'
import { type SimulateOptions, simulate } from './experiment/simulate.ts'
import { type VisitOptions, visit } from './experiment/visit.ts'
import { UsageError } from './terminal/exit-codes.ts'
import { parseCount, parseNumber, parseOutputFile, parseSeed } from './terminal/option-values.ts'
import { csvOption, printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { withDatabase } from './terminal/with-database.ts'

interface JsonOption {
  readonly json?: true
  readonly csv?: true
}

const description = {
  description: 'Run experiments between models, and simulated experiments with a known effect.',
  notes: `
A definition is JSON, for example
  { "name": "vae-against-autorec", "hypothesis": "Users click more recommendations of Mult-VAE",
    "variants": [{ "name": "control", "model": "i-autorec" }, { "name": "treatment", "model": "mult-vae" }],
    "primaryMetric": { "name": "clicks", "kind": "count", "event": "click" }, "minimumDetectableEffect": 0.05 }
The kinds of metrics are conversion, count, value and rate. Optional fields: mode (split or interleaving), weights, surface,
layer and segment, eligibility, testers, guardrails, confidence, power, attributionHours, preExperimentDays, days. The created
experiment is printed with all defaults. A variant can pin a version of its model with "version": 7, and set options of
its lists with "parameters": { "diversity": 0.3 }, { "popularityPenalty": 0.5 } or { "explore": true }.`,
  examples: `
npm run experiment -- create experiment.json
npm run experiment -- start vae-against-autorec
npm run experiment -- report vae-against-autorec --html report.html
npm run experiment -- off-policy explored mult-vae@7
npm run experiment -- simulate --aa --runs 1000 --json
npm run experiment -- simulate --lift 0.05
npm run experiment -- visit http://127.0.0.1:3000 --visits 3`,
}

await runCommand(() => {
  const program = createCommand('experiment', description)
  for (const command of commands) addExperimentCommand(program, command)
  program
    .command('simulate')
    .description('measure how often the statistics detect a real effect, and report one that does not exist')
    .option('--aa', 'variants without a difference (default)')
    .option('--lift <share>', 'the relative lift in clicks of the treatment, such as 0.05', parseLift)
    .option('--runs <number>', 'number of simulated experiments', parseCount, 400)
    .option('--seed <number>', 'seed of the users and their clicks', parseSeed, 1)
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ json, ...options }: SimulateOptions & JsonOption) => {
      if (options.aa && options.lift)
        throw new UsageError('An A/A test has no lift: give --aa or --lift, not both')
      printResult(await simulate(options), json)
    })
  program
    .command('visit <urls...>')
    .description('send simulated users to running replicas; they click by their known preferences')
    .option(
      '--users <range>',
      'the users, such as 1-500, to divide them among processes',
      parseRange,
      [1, 943],
    )
    .option('--world-users <number>', 'users of the simulated world', parseCount, 943)
    .option('--world-items <number>', 'items of the simulated world', parseCount, 1682)
    .option('--world-seed <number>', 'seed of the simulated world', parseSeed, 1)
    .option('--visits <number>', 'visits per user', parseCount, 1)
    .option('--seed <number>', 'seed of the clicks', parseSeed, 1)
    .option('--surface <name>', 'the surface of the lists, as in the definition of an experiment')
    .option('--json', 'print one JSON document on stdout')
    .action(async (urls: string[], { json, ...options }: VisitOptions & JsonOption) =>
      printResult(await visit(urls, options), json),
    )
  return program
})

function addExperimentCommand(
  program: Command,
  { signature, summary, hasPage, hasRows, run }: ExperimentCommand,
): void {
  const command = program
    .command(signature)
    .description(summary)
    .option('--json', 'print one JSON document on stdout')
  if (hasRows) command.addOption(csvOption())
  if (hasPage) command.option('--html <path>', 'also write a page with plots', parseOutputFile)
  command.action(async () => {
    const { json, csv, html } = command.opts<JsonOption & { readonly html?: string }>()
    printResult(
      await withDatabase((database, config) => run(database, config, command.args, html)),
      json,
      csv,
    )
  })
}

function parseLift(text: string): number {
  const lift = parseNumber(text)
  if (lift <= 0) throw new InvalidArgumentError('It must be above 0.')
  return lift
}

function parseRange(text: string): [number, number] {
  const [, first, last] = /^([1-9]\d*)-([1-9]\d*)$/.exec(text) ?? []
  if (first === undefined || Number(first) > Number(last))
    throw new InvalidArgumentError('It must look like 1-500.')
  return [Number(first), Number(last)]
}
