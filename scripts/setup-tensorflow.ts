// npm run setup:tensorflow
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { computeCapability } from '../src/compute/tensorflow/nvidia.ts'
import { TensorflowSetupError } from '../src/compute/tensorflow/run-command.ts'
import { setUpTensorflow } from '../src/compute/tensorflow/set-up-tensorflow.ts'
import type { Variant } from '../src/compute/tensorflow/wheels.ts'
import { loadConfig } from '../src/config/config.ts'

const program = new Command('npm run setup:tensorflow --')
  .description(
    'Gets the native addon of the tensorflow backend: TensorFlow on the CPU, or on an NVIDIA card.',
  )
  .addOption(
    new Option(
      '--variant <variant>',
      'which TensorFlow (default: cuda where nvidia-smi finds a card)',
    ).choices(['cpu', 'cuda']),
  )
  .option('--build', 'build against a TensorFlow wheel at once, even where an addon works')
  .option('--json', 'print one JSON document { origin, addon, variant, seconds } on stdout')
  .addHelpText(
    'after',
    `
It leaves a working addon alone, else tries the package's own download, else compiles the addon against the
library of a TensorFlow wheel. Building needs Linux on x86-64, g++, python3 with pip, and 2 GB of disk (9 for cuda).

Exit codes: 0 the addon loads, 1 a step could not go on (the message says why), 130 interrupted.

Examples:
  npm run setup:tensorflow
  npm run setup:tensorflow -- --variant cpu --build`,
  )
  .parse()

const options = program.opts<{ variant?: Variant; build?: boolean; json?: boolean }>()
const abort = new AbortController()
process.once('SIGINT', () => abort.abort())
const started = performance.now()

try {
  const variant = options.variant ?? ((await computeCapability(abort.signal)) === null ? 'cpu' : 'cuda')
  const result = await setUpTensorflow({
    variant,
    cache: join(loadConfig().home, 'tensorflow'),
    build: options.build ?? false,
    report: (line) => console.error(line),
    signal: abort.signal,
  })
  const seconds = Math.round(performance.now() - started) / 1000
  if (options.json) console.log(JSON.stringify({ ...result, variant, seconds }))
  else console.log(`The tensorflow backend loads (${result.origin}): ${result.addon}`)
} catch (error) {
  if (!abort.signal.aborted && !(error instanceof TensorflowSetupError)) throw error
  console.error(abort.signal.aborted ? 'Interrupted; nothing was changed' : (error as Error).message)
  process.exitCode = abort.signal.aborted ? 130 : 1
}
