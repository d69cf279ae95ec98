// npm run setup:tensorflow
import { join } from 'node:path'
import { Option } from 'commander'
import { computeCapability } from '../src/compute/tensorflow/nvidia.ts'
import { setUpTensorflow } from '../src/compute/tensorflow/set-up-tensorflow.ts'
import type { Variant } from '../src/compute/tensorflow/wheels.ts'
import { loadConfig } from '../src/config/config.ts'
import { printResult } from './terminal/print-result.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { logLine } from './terminal/with-database.ts'

interface Options {
  readonly variant?: Variant
  readonly build?: boolean
  readonly json?: boolean
}

const description = {
  description:
    'Install the native addon of the tensorflow backend: TensorFlow for the CPU or for an NVIDIA GPU.',
  notes: `
A working addon is kept. Otherwise the package's own download is tried. If it fails, the addon is compiled against the
library of a TensorFlow wheel. Building needs Linux on x86-64, g++, python3 with pip, and 2 GB of disk (9 GB for cuda).`,
  examples: `
npm run setup:tensorflow
npm run setup:tensorflow -- --variant cpu --build`,
}

await runCommand(
  (signal) =>
    createCommand('setup:tensorflow', description)
      .addOption(
        new Option(
          '--variant <variant>',
          'the TensorFlow build (default: cuda if nvidia-smi finds a GPU)',
        ).choices(['cpu', 'cuda']),
      )
      .option('--build', 'build against a TensorFlow wheel even if an addon works')
      .option('--json', 'print one JSON document { origin, addon, variant, seconds } on stdout')
      .action(async (options: Options) => {
        const startedAt = performance.now()
        const variant = options.variant ?? ((await computeCapability(signal)) === null ? 'cpu' : 'cuda')
        const addon = await setUpTensorflow({
          variant,
          cache: join(loadConfig().home, 'tensorflow'),
          build: options.build ?? false,
          report: logLine,
          signal,
        })
        const seconds = Math.round(performance.now() - startedAt) / 1000
        const text = `The tensorflow backend loads (${addon.origin}): ${addon.addon}`
        printResult({ document: { ...addon, variant, seconds }, text }, options.json)
      }),
  'Interrupted; nothing was changed',
)
