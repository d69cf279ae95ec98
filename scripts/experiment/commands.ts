// The commands of npm run experiment that use the experiments in the database.
import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { analyzeExperiment } from '../../src/experiments/analyze-experiment.ts'
import type { Definition } from '../../src/experiments/definition.ts'
import type { Experiment } from '../../src/experiments/experiment.ts'
import { formatModelsWithoutChampion } from '../../src/experiments/models-without-champion.ts'
import { parseDefinition } from '../../src/experiments/parse-definition.ts'
import { createPostgresExperiments } from '../../src/experiments/postgres-experiments.ts'
import { createPostgresOutcomes } from '../../src/experiments/postgres-outcomes.ts'
import type { ExperimentReport } from '../../src/experiments/report.ts'
import { renderReport } from '../../src/experiments/report-page.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Result } from '../terminal/print-result.ts'
import { logLine } from '../terminal/with-database.ts'
import { formatCreated, formatExperiment, formatExperiments, formatReport } from './format.ts'
import { evaluateVersionOffPolicy, formatOffPolicy } from './off-policy.ts'
import { experimentColumns, metricRows, rowsOf } from './rows.ts'

export interface ExperimentCommand {
  /** Name and arguments, in the notation of commander. */
  readonly signature: string
  readonly summary: string
  readonly hasPage?: true
  /** Whether the result is a list, which can be printed as CSV. */
  readonly hasRows?: true
  run(database: Database, config: Config, args: readonly string[], html: string | undefined): Promise<Result>
}

export const commands: readonly ExperimentCommand[] = [
  {
    signature: 'create <file>',
    summary: 'define an experiment; - reads the definition from standard input',
    run: async (database, config, [file]) => {
      const definition = await readDefinition(file!)
      const experiment = await createPostgresExperiments(database).create(definition)
      await logModelsWithoutChampion(experiment, database, config)
      return { document: experiment, text: formatCreated(experiment) }
    },
  },
  {
    signature: 'start <name>',
    summary: 'assign users to the variants from now on',
    run: async (database, config, [name]) => {
      const experiment = await createPostgresExperiments(database).start(name!)
      await logModelsWithoutChampion(experiment, database, config)
      return { document: experiment, text: formatExperiment(experiment) }
    },
  },
  {
    signature: 'stop <name>',
    summary: 'end an experiment and keep its data',
    run: async (database, _config, [name]) => {
      const experiment = await createPostgresExperiments(database).stop(name!)
      return { document: experiment, text: formatExperiment(experiment) }
    },
  },
  {
    signature: 'list',
    summary: 'list all experiments, newest first',
    hasRows: true,
    run: async (database) => {
      const experiments = await createPostgresExperiments(database).list()
      return {
        document: { experiments },
        rows: rowsOf(experiments),
        columns: experimentColumns,
        text: formatExperiments(experiments),
      }
    },
  },
  {
    signature: 'status <name>',
    summary: 'show the verdict so far, in one sentence',
    run: async (database, _config, [name]) => {
      const { experiment, verdict } = await analyze(database, name!)
      return { document: { experiment, verdict }, text: verdict.text }
    },
  },
  {
    signature: 'report <name>',
    summary: 'show all results of an experiment',
    hasPage: true,
    hasRows: true,
    run: async (database, _config, [name], html) => {
      const report = await analyze(database, name!)
      if (html !== undefined) await writeFile(html, renderReport(report))
      return { document: report, rows: metricRows(report), text: formatReport(report) }
    },
  },
  {
    signature: 'off-policy <name> <model>',
    summary:
      'estimate how a version or champion would have performed, from the lists of a variant with "explore"',
    run: async (database, config, [name, model]) => {
      const report = await evaluateVersionOffPolicy(database, name!, model!, config)
      return { document: report, text: formatOffPolicy(report) }
    },
  },
  {
    signature: 'weights <name> <weights...>',
    summary:
      'change the split from now on, such as control=1 treatment=3; users move only to variants that grow',
    run: async (database, _config, [name, ...weights]) => {
      const byVariant = Object.fromEntries(weights.map(parseWeight))
      const experiment = await createPostgresExperiments(database).reweigh(name!, byVariant)
      return { document: experiment, text: formatExperiment(experiment) }
    },
  },
]

async function analyze(database: Database, name: string): Promise<ExperimentReport> {
  const experiment = await createPostgresExperiments(database).find(name)
  return analyzeExperiment(experiment, createPostgresOutcomes(database))
}

async function logModelsWithoutChampion(
  { definition }: Experiment,
  database: Database,
  config: Config,
): Promise<void> {
  const registry = openRegistry(database, config)
  for (const line of await formatModelsWithoutChampion(definition, registry)) logLine(line)
}

async function readDefinition(file: string): Promise<Definition> {
  const source = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch(unreadable)
  try {
    return parseDefinition(source)
  } catch (cause) {
    throw new UsageError(`${file} cannot be used. ${(cause as Error).message}`, { cause })
  }
}

function unreadable(cause: Error): never {
  throw new UsageError(`The definition cannot be read: ${cause.message}`, { cause })
}

function parseWeight(argument: string): [string, number] {
  const [, variant, weight] = /^([^=]+)=(\d+(?:\.\d+)?)$/.exec(argument) ?? []
  if (variant === undefined || !(Number(weight) > 0))
    throw new UsageError(`"${argument}" is not a weight: it must look like treatment=3, above 0`)
  return [variant, Number(weight)]
}
