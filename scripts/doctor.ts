// npm run doctor
import { Command } from 'commander'
import type { BackendState } from '../src/compute/inspect-backends.ts'
import { loadConfig } from '../src/config/config.ts'
import { type Inspection, inspect } from './doctor/inspect.ts'
import { formatTable } from './terminal/table.ts'

const program = new Command('npm run doctor --')
  .description('Says what this machine has for Palate, and what is missing.')
  .option('--backend <name>', 'the backend that must work (default: PALATE_BACKEND, else any)')
  .option('--require-gpu', 'a GPU must compute')
  .option('--json', 'print one JSON document on stdout')
  .addHelpText(
    'after',
    `
Every backend is tried and its dense matrix products are measured, which takes some seconds.

Exit codes: 0 the asked-for set-up can run, 1 it cannot.

Examples:
  npm run doctor
  npm run doctor -- --require-gpu
  PALATE_BACKEND=tensorflow npm run doctor -- --json`,
  )
  .parse()

const options = program.opts<{ backend?: string; requireGpu?: boolean; json?: boolean }>()

try {
  const config = loadConfig()
  const inspection = await inspect(config, {
    backend: options.backend ?? config.backend,
    requireGpu: options.requireGpu ?? false,
  })
  console.log(options.json ? JSON.stringify(inspection) : describe(inspection))
  process.exitCode = inspection.problems.length === 0 ? 0 : 1
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}

function describe({ node, cores, memoryBytes, backends, chosen, database, problems }: Inspection): string {
  return [
    `Node ${node.version}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB of memory`,
    '',
    formatTable(
      ['backend', 'GFLOP/s'],
      backends.map((state) => row(state, chosen)),
    ),
    ...backends.flatMap(notes),
    '',
    `Database: ${database.description}`,
    `Champions: ${database.champions.join(', ') || 'none yet; npm run train makes some'}`,
    '',
    ...(problems.length === 0
      ? ['All that was asked for can run.']
      : problems.map((problem) => `Cannot run: ${problem}`)),
  ].join('\n')
}

function row(state: BackendState, chosen: string | undefined): string[] {
  const mark = state.name === chosen ? ' (taken)' : ''
  return state.works
    ? [`${state.name}${mark}: ${state.device}`, String(state.gflops)]
    : [`${state.name}: does not work`, '']
}

function notes(state: BackendState): string[] {
  if (!state.works) return [state.reason]
  return state.slowedBy.map((reason) => `${state.name} is slowed: ${reason}`)
}
