// npm run bench
import { Option } from 'commander'
import { loadConfig } from '../src/config/config.ts'
import { addCatalogCommand } from './bench/catalog-command.ts'
import { addChampionsCommand } from './bench/champions-command.ts'
import { addExplainCommand } from './bench/explain-command.ts'
import { benchFilters } from './bench/filters.ts'
import { addReadingCommand } from './bench/reading-command.ts'
import { addServeCommand } from './bench/serve/command.ts'
import { addShillingCommand } from './bench/shilling-command.ts'
import { addSteeringCommand } from './bench/steering-command.ts'
import { shapes } from './bench/synthetic-ratings.ts'
import type { BenchModel } from './bench/task.ts'
import { benchTraining, type TrainBenchResult } from './bench/train.ts'
import { collectSetting, parseCount } from './terminal/option-values.ts'
import { RepeatableOption } from './terminal/repeatable-option.ts'
import { createCommand, runCommand } from './terminal/run-command.ts'
import { formatTable } from './terminal/table.ts'

const description = {
  description:
    'Measure the speed of training and serving, the detection of attacks, and the effect of steering.',
  examples: `
npm run bench -- train
npm run bench -- train --shape ml-20m --model i-autorec --against pytorch --json
npm run bench -- train --model mult-vae --against tfjs --rounds 3
npm run bench -- train --backend tensorflow --against pytorch --device cuda
npm run bench -- filters
npm run bench -- reading --ratings 2000000
npm run bench -- serve
npm run bench -- catalog --items 30000
npm run bench -- champions
npm run bench -- explain
npm run bench -- shilling --ratings ml-1m --profiles 0.03 --fillers 0.05 --model i-autorec
npm run bench -- steering --model mult-vae --attribute genres --values Comedy,Horror`,
}

await runCommand(() => {
  const program = createCommand('bench', description)

  program
    .command('train')
    .description(
      'Steps of training on synthetic ratings of a known shape, alone or in alternation with PyTorch.',
    )
    .addOption(
      new Option('--shape <shape>', 'the data set whose sizes to take')
        .choices(Object.keys(shapes))
        .default('ml-1m'),
    )
    .addOption(
      new Option('--model <model>', 'the model to train')
        .choices(['mult-vae', 'u-autorec', 'i-autorec'])
        .default('mult-vae'),
    )
    .option(
      '--backend <name>',
      'tensorflow, webgpu, wasm or cpu (default: PALATE_BACKEND, else the best that works)',
    )
    .addOption(new Option('--against <engine>', 'what to compare with').choices(['pytorch', 'tfjs']))
    .option('--python <program>', 'the Python that has PyTorch', 'python3')
    .addOption(
      new Option('--device <device>', 'where PyTorch computes').choices(['cpu', 'cuda']).default('cpu'),
    )
    .option('--rounds <count>', 'blocks of steps to take the median of', parseCount, 7)
    .addOption(
      new RepeatableOption('--set <name=value>', 'a hyperparameter that differs from the paper')
        .argParser(collectSetting)
        .default({}),
    )
    .option('--json', 'print one JSON document on stdout')
    .option('--markdown', 'print a row for a table in Markdown, under its head')
    .addHelpText(
      'after',
      `
A block is four steps of the real training loop, a hundred on a GPU; the first block warms up. With --against, another
engine runs the same steps in turn with ours, and the ratio says how many times faster ours are: pytorch, with dense and
with sparse input, or with --device cuda the dense code eagerly and as a CUDA graph; or tfjs, which is the same loop on
tfjs' wasm backend as it comes.`,
    )
    .action(async (options: TrainCommand) => {
      const result = await benchTraining({
        shape: options.shape,
        model: options.model,
        backend: options.backend ?? loadConfig().backend,
        against: options.against,
        python: options.python,
        pyTorchDevice: options.device,
        rounds: options.rounds,
        set: options.set,
        report: (line) => console.error(line),
      })
      if (options.markdown) console.log(markdown(result))
      else console.log(options.json ? JSON.stringify(result) : formatTraining(result))
    })
  program
    .command('filters')
    .description('The largest filters that a request may have, on a synthetic catalog.')
    .option('--items <count>', 'the number of items', parseCount, 20_000)
    .option('--rounds <count>', 'filters to take the median of', parseCount, 20)
    .option('--json', 'print one JSON document on stdout')
    .action(async (options: { readonly items: number; readonly rounds: number; readonly json?: boolean }) => {
      const results = await benchFilters(options.items, options.rounds)
      const rows = results.map(({ filter, firstMs, medianMs }) => [filter, ms(firstMs), ms(medianMs)])
      const head = ['largest filter', 'ms, the first', 'ms, the median of others']
      console.log(options.json ? JSON.stringify(results) : formatTable(head, rows))
    })
  addReadingCommand(program)
  addServeCommand(program)
  addCatalogCommand(program)
  addChampionsCommand(program)
  addExplainCommand(program)
  addShillingCommand(program)
  addSteeringCommand(program)
  return program
})

interface TrainCommand {
  readonly shape: keyof typeof shapes
  readonly model: BenchModel
  readonly backend?: string
  readonly against?: 'pytorch' | 'tfjs'
  readonly python: string
  readonly device: 'cpu' | 'cuda'
  readonly rounds: number
  readonly set: Readonly<Record<string, unknown>>
  readonly json?: boolean
  readonly markdown?: boolean
}

function formatTraining(result: TrainBenchResult): string {
  const { parts } = result
  const rows = [
    [`palate ${result.backend}`, ms(result.msPerStep), ''],
    ...result.against.map(({ name, version, msPerStep, ratio }) => [
      `${name} ${version}`,
      ms(msPerStep),
      `${ratio.toFixed(2)}×`,
    ]),
  ]
  return [
    `${result.model}, ${result.shape} shape, ${result.device}`,
    formatTable(['engine', 'ms a step', 'ours is faster'], rows),
    `preparation ${ms(parts.preparation)}, forward ${ms(parts.forward)}, ${parts.optimizer === undefined ? `backward and optimizer ${ms(parts.backward)}` : `backward ${ms(parts.backward)}, optimizer ${ms(parts.optimizer)}`} ms`,
    `${result.epochSeconds.toFixed(2)} s an epoch, ${Math.round(result.ratingsPerSecond).toLocaleString('en-US')} ratings a second`,
    ...(result.gflops === undefined
      ? []
      : [
          `${result.gflops.toFixed(1)} GFLOP/s, ${percentOf(result)} of the ${result.gemmPeakGflops.toFixed(0)} of dense products`,
        ]),
    `${ms(result.processorMsPerStep)} ms of processor time a step`,
    ...(result.counts
      ? [
          `a step: ${Object.entries(result.counts)
            .map(([name, count]) => `${name} ${Number(count.toFixed(2))}`)
            .join(', ')}`,
        ]
      : []),
    `peak memory ${(result.peakRssBytes / 2 ** 30).toFixed(2)} GiB`,
  ].join('\n')
}

function markdown(result: TrainBenchResult): string {
  const cells = [
    result.shape,
    result.model,
    result.backend,
    ms(result.msPerStep),
    ...result.against.map(({ msPerStep, ratio }) => `${ms(msPerStep)} (${ratio.toFixed(2)}×)`),
    result.epochSeconds.toFixed(1),
    percentOf(result),
    `${(result.peakRssBytes / 2 ** 30).toFixed(2)} GiB`,
  ]
  const head = [
    'shape',
    'model',
    'backend',
    'ms a step',
    ...result.against.map(({ name, version }) => `${name} ${version}`),
    's an epoch',
    'share of GEMM peak',
    'peak memory',
  ]
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), line(cells)].join('\n')
}

function percentOf({ gemmShare }: TrainBenchResult): string {
  return gemmShare === undefined ? '' : `${Math.round(100 * gemmShare)} %`
}

function ms(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1)
}
