// npm run doctor
import type { BackendState } from '../src/compute/inspect-backends.ts'
import type { NvidiaCard } from '../src/compute/tensorflow/nvidia.ts'
import { loadConfig } from '../src/config/config.ts'
import { type Inspection, inspect } from './doctor/inspect.ts'
import type { BackendOptions } from './terminal/backend-options.ts'
import { exitWith } from './terminal/exit-codes.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { formatTable } from './terminal/table.ts'

const description = {
  description: 'Check what this machine has for Palate and what is missing.',
  notes: `
Every backend is opened and measured: its dense matrix products and, for GPU backends, its calls and uploads. This takes
some seconds. If the requested setup cannot run, the exit code is 1.`,
  examples: `
npm run doctor
npm run doctor -- --require-gpu
PALATE_BACKEND=tensorflow npm run doctor -- --json`,
}

await runCommand(() =>
  createCommand('doctor', description)
    .option('--backend <name>', 'the backend that must work (default: PALATE_BACKEND, else any)')
    .option('--require-gpu', 'a GPU must work')
    .option('--json', 'print one JSON document on stdout')
    .action(async ({ backend, requireGpu = false, json }: BackendOptions & { readonly json?: boolean }) => {
      const config = loadConfig()
      const inspection = await inspect(config, { backend: backend ?? config.backend, requireGpu })
      printResult({ document: inspection, text: formatInspection(inspection) }, json)
      if (inspection.problems.length > 0) exitWith('failed')
    }),
)

function formatInspection({
  node,
  cores,
  memoryBytes,
  nvidiaCards,
  backends,
  chosen,
  database,
  problems,
}: Inspection): string {
  return [
    `Node ${node.version}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB of memory`,
    ...nvidiaCards.map(formatCard),
    '',
    formatTable(
      ['backend', 'GFLOP/s: forward', 'weight gradient', 'input gradient', 'calls/s', 'upload GB/s'],
      backends.map((state) => formatRow(state, chosen)),
    ),
    ...backends.flatMap(formatNotes),
    '',
    `Database: ${database.description}`,
    `Champions: ${database.champions.join(', ') || 'none; npm run train publishes some'}`,
    '',
    ...(problems.length === 0
      ? ['The requested setup can run.']
      : problems.map((problem) => `Cannot run: ${problem}`)),
  ].join('\n')
}

function formatRow(state: BackendState, chosen: string | undefined): string[] {
  const mark = state.name === chosen ? ' (selected)' : ''
  return state.works
    ? [
        `${state.name}${mark}: ${state.device}`,
        ...[
          state.gflops.forward,
          state.gflops.weightGradient,
          state.gflops.inputGradient,
          state.callsPerSecond,
          state.uploadGigabytesPerSecond,
        ].map((rate) => rate?.toLocaleString('en-US') ?? ''),
      ]
    : [`${state.name}: does not work`]
}

function formatCard({ name, driver, memoryBytes, computeCapability }: NvidiaCard): string {
  const capability = computeCapability === null ? '' : `, compute capability ${computeCapability.toFixed(1)}`
  return `${name}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, driver ${driver}${capability}`
}

function formatNotes(state: BackendState): string[] {
  if (!state.works) return [state.reason]
  return state.slowedBy.map((reason) => `${state.name} is slowed: ${reason}`)
}
