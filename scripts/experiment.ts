// npm run experiment
import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { loadConfig } from '../src/config/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import { analyzeExperiment } from '../src/experiments/analyze-experiment.ts'
import { definitionSchema } from '../src/experiments/definition.ts'
import type { Experiment, Experiments } from '../src/experiments/experiment.ts'
import { createPostgresExperiments } from '../src/experiments/postgres-experiments.ts'
import { createPostgresOutcomes } from '../src/experiments/postgres-outcomes.ts'
import { renderReport } from '../src/experiments/report-page.ts'
import { openRegistry } from '../src/registry/open-registry.ts'
import { describeExperiment, describeExperiments, describeReport } from './experiment/describe.ts'
import { describeOffPolicy, judgeVersionOffPolicy } from './experiment/off-policy.ts'
import { type SimulateOptions, simulate } from './experiment/simulate.ts'
import { describeUnanswered } from './experiment/unanswered.ts'
import { type VisitScriptOptions, visit } from './experiment/visit.ts'
import { parseNumber, parseSeed } from './terminal/option-values.ts'

interface Printed {
  readonly document: unknown
  readonly text: string
}

const program = new Command('npm run experiment --')
  .description('Runs experiments between models, and simulated ones whose truth is known.')
  .addHelpText(
    'after',
    `
A definition is JSON such as
  { "name": "vae-against-autorec", "hypothesis": "Mult-VAE finds more that people click",
    "variants": [{ "name": "control", "model": "i-autorec" }, { "name": "treatment", "model": "mult-vae" }],
    "primaryMetric": { "name": "clicks", "kind": "count", "event": "click" }, "minimumDetectableEffect": 0.05 }
The kinds of metrics are conversion, count, value and rate. All else has a default: mode (split or interleaving),
weights, layer and segment, eligibility, testers, guardrails, confidence, power, attributionHours, preExperimentDays,
days. What is created is printed with all of them. A variant may pin "version": 7 of its model and ask for lists by
"parameters": { "diversity": 0.3 }, { "popularityPenalty": 0.5 } or { "explore": true }.

Exit codes: 0 done, 1 it could not be done (the message says why).

Examples:
  npm run experiment -- create experiment.json
  npm run experiment -- start vae-against-autorec
  npm run experiment -- report vae-against-autorec --html report.html
  npm run experiment -- off-policy explored mult-vae@7
  npm run experiment -- simulate --aa --runs 1000 --json
  npm run experiment -- simulate --lift 0.05
  npm run experiment -- visit http://127.0.0.1:3000 --visits 3`,
  )

addCommand(
  'create <file>',
  'define an experiment; - reads from standard input',
  async ({ experiments, database }, file) => {
    const experiment = await experiments.create(await readDefinition(file))
    await tellUnanswered(experiment, database)
    return { document: experiment, text: describeExperiment(experiment) }
  },
)

addCommand('start <name>', 'let users take part from now on', async ({ experiments, database }, name) => {
  const experiment = await experiments.start(name)
  await tellUnanswered(experiment, database)
  return { document: experiment, text: describeExperiment(experiment) }
})

addCommand('stop <name>', 'end an experiment; its log stays', async ({ experiments }, name) => {
  const experiment = await experiments.stop(name)
  return { document: experiment, text: describeExperiment(experiment) }
})

addCommand('list', 'all experiments, newest first', async ({ experiments }) => {
  const all = await experiments.list()
  return { document: { experiments: all }, text: describeExperiments(all) }
})

addCommand(
  'status <name>',
  'the verdict so far, in one sentence',
  async ({ experiments, database }, name) => {
    const report = await analyzeExperiment(await experiments.find(name), createPostgresOutcomes(database))
    return { document: { experiment: report.experiment, verdict: report.verdict }, text: report.verdict.text }
  },
)

addCommand(
  'report <name>',
  'everything an experiment has shown',
  async ({ experiments, database, html }, name) => {
    const report = await analyzeExperiment(await experiments.find(name), createPostgresOutcomes(database))
    if (html !== undefined) await writeFile(html, renderReport(report))
    return { document: report, text: describeReport(report) }
  },
).option('--html <path>', 'also write a page with plots')

addCommand(
  'off-policy <name> <model>',
  'what a version or champion would have earned at the lists that a variant with "explore" has drawn',
  async ({ experiments, database }, name, model) => {
    const report = await judgeVersionOffPolicy(database, experiments, name!, model!)
    return { document: report, text: describeOffPolicy(report) }
  },
)

addCommand(
  'weights <name> <weights...>',
  'change the split from now on, as in control=1 treatment=3; users move only towards variants that gain',
  async ({ experiments }, name, ...weights) => {
    const experiment = await experiments.reweigh(name, Object.fromEntries(weights.map(parseWeight)))
    return { document: experiment, text: describeExperiment(experiment) }
  },
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
    print(await simulate(options), json)
  })

program
  .command('visit <urls...>')
  .description('send users of the planted world to running replicas, who click by their known tastes')
  .option(
    '--users <range>',
    'which of them, as in 1-500, so that several processes can share them',
    parseRange,
    [1, 943],
  )
  .option('--world-users <number>', 'users of the world', parseSeed, 943)
  .option('--world-items <number>', 'items of the world', parseSeed, 1682)
  .option('--world-seed <number>', 'seed of the world', parseSeed, 1)
  .option('--visits <number>', 'visits of each', parseRuns, 1)
  .option('--seed <number>', 'seed of the clicks', parseSeed, 1)
  .option('--json', 'print one JSON document on stdout')
  .action(async (urls: string[], { json, ...options }: VisitScriptOptions & { json?: true }) =>
    print(await visit(urls, options), json),
  )

await program.parseAsync().catch((error: Error) => program.error(error.message))

interface Desk {
  readonly experiments: Experiments
  readonly database: Database
  readonly html?: string
}

function addCommand(
  signature: string,
  description: string,
  act: (desk: Desk, ...parts: string[]) => Promise<Printed>,
): Command {
  return program
    .command(signature)
    .description(description)
    .option('--json', 'print one JSON document on stdout')
    .action(async function (this: Command) {
      const { json, html } = this.opts<{ json?: true; html?: string }>()
      const database = await openDatabase(loadConfig(), (line) => console.error(line))
      try {
        const experiments = createPostgresExperiments(database)
        print(await act({ experiments, database, ...(html && { html }) }, ...this.args), json)
      } finally {
        await database.close()
      }
    })
}

async function tellUnanswered({ definition }: Experiment, database: Database): Promise<void> {
  const registry = openRegistry(database, loadConfig())
  for (const line of await describeUnanswered(definition, registry)) console.error(line)
}

function print({ document, text: lines }: Printed, json: true | undefined): void {
  console.log(json ? JSON.stringify(document) : lines)
}

async function readDefinition(file: string) {
  const source = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')
  const parsed = definitionSchema.safeParse(parseJson(source, file))
  if (parsed.success) return parsed.data
  throw new Error(`${file} is no definition of an experiment:\n${z.prettifyError(parsed.error)}`)
}

function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source)
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${(cause as Error).message}`, { cause })
  }
}

function parseWeight(given: string): [string, number] {
  const [, variant, weight] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(given) ?? []
  if (variant === undefined || !(Number(weight) > 0))
    throw new Error(`"${given}" is no weight: it must look like treatment=3, above 0.`)
  return [variant, Number(weight)]
}

function parseLift(given: string): number {
  const lift = parseNumber(given)
  if (lift <= 0) throw new InvalidArgumentError('It must be above 0.')
  return lift
}

function parseRange(given: string): [number, number] {
  const [, first, last] = /^([1-9]\d*)-([1-9]\d*)$/.exec(given) ?? []
  if (first === undefined || Number(first) > Number(last))
    throw new InvalidArgumentError('It must look like 1-500.')
  return [Number(first), Number(last)]
}

function parseRuns(given: string): number {
  const runs = parseSeed(given)
  if (runs < 1) throw new InvalidArgumentError('It must be at least 1.')
  return runs
}
