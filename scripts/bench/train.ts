// npm run bench -- train

import { cpus } from 'node:os'
import { median } from 'd3-array'
import { useBackend } from '../../src/compute/backend.ts'
import { measureGemm } from '../../src/compute/measure-gemm.ts'
import { tensorflowCounts } from '../../src/compute/tensorflow/counts.ts'
import { webgpuCounts } from '../../src/compute/webgpu-backend.ts'
import { type Opponent, type PyTorchDevice, startPyTorch, startStockTfjs } from './opponents.ts'
import type { shapes } from './synthetic-ratings.ts'
import { type BenchModel, type BenchTask, createTask, sizesOf } from './task.ts'
import { measureOptimizer, type StepParts, trainingBlocks } from './training-steps.ts'

export interface TrainBenchOptions {
  readonly shape: keyof typeof shapes
  readonly model: BenchModel
  readonly backend: string | undefined
  readonly against: 'pytorch' | 'tfjs' | undefined
  /** A Python that has PyTorch. */
  readonly python: string
  /** Where PyTorch computes. */
  readonly pyTorchDevice: PyTorchDevice
  readonly rounds: number
  /** Hyperparameters that differ from the papers'. */
  readonly set: object
  readonly report: (line: string) => void
}

export interface OpponentResult {
  readonly name: string
  readonly version: string
  readonly msPerStep: number
  /** Its milliseconds to ours: above 1 we are faster. */
  readonly ratio: number
}

export interface TrainBenchResult {
  readonly shape: string
  readonly model: string
  readonly backend: string
  readonly device: string
  readonly processor: string
  readonly batchSize: number
  readonly msPerStep: number
  /** Processor time of all threads, which other work on the machine hardly changes. */
  readonly processorMsPerStep: number
  /** What a step asked of the device, where that is counted. */
  readonly counts?: StepCounts
  readonly parts: StepParts
  readonly epochSeconds: number
  readonly examplesPerSecond: number
  readonly ratingsPerSecond: number
  readonly gemmPeakGflops: number
  /** Absent where the softmax is estimated over a sample of the items. */
  readonly gflops?: number
  readonly gemmShare?: number
  readonly peakRssBytes: number
  readonly against: readonly OpponentResult[]
}

/** Trains on synthetic ratings of a known shape and measures its steps, in alternation with PyTorch where asked. */
export async function benchTraining(options: TrainBenchOptions): Promise<TrainBenchResult> {
  const { model: name, report, rounds } = options
  const { name: backend, device } = await useBackend(options.backend)
  // so many that the wait at a block's end does not count on a GPU
  const stepsPerBlock = device.gpu ? 100 : 4
  const task = createTask(name, options.shape, { set: options.set, stepsPerBlock })
  const { full, block, batchSize } = task
  const peak = await measureGemm(Math.min(full.examples.target.columns, 20_108))
  // of a sample of the items it is not known apart
  const optimizer = full.sampledSoftmax ? undefined : await measureOptimizer(full)
  const ours = trainingBlocks({ ...full, examples: block }, batchSize)
  const opponents = await startOpponents(options, task)
  let counted: StepCounts | undefined
  const measured: { total: number; processor: number; preparation: number; forward: number }[] = []
  const theirs = opponents.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    report(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`)
    const before = { ...countsOf(backend) }
    const started = process.cpuUsage()
    const own = await ours.next()
    const { user, system } = process.cpuUsage(started)
    counted = perStep(before, countsOf(backend), ours.steps)
    if (round >= 0) measured.push({ ...own, processor: (user + system) / 1000 / ours.steps })
    for (const [n, opponent] of opponents.entries()) {
      const times = await opponent.steps.run(0, ours.steps)
      if (round >= 0) theirs[n]!.push(...times)
    }
  }
  await ours.stop()
  for (const { steps } of opponents) await steps.stop()
  const msPerStep = median(measured.map(({ total }) => total))!
  const processorMsPerStep = median(measured.map(({ processor }) => processor))!
  const preparation = median(measured.map((part) => part.preparation))!
  const forward = median(measured.map((part) => part.forward))!
  const steps = Math.ceil(full.examples.target.rows / batchSize)
  const epochSeconds = (msPerStep * steps) / 1000
  const gflops = full.sampledSoftmax ? undefined : flopsOfStep(task, ours.steps) / msPerStep / 1e6
  const against = opponents.map(({ name, steps: { version } }, n): OpponentResult => {
    const theirMs = median(theirs[n]!)!
    return { name, version, msPerStep: theirMs, ratio: theirMs / msPerStep }
  })
  return {
    shape: options.shape,
    model: name,
    backend,
    device: device.description,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    batchSize,
    msPerStep,
    processorMsPerStep,
    ...(counted && { counts: counted }),
    parts: {
      preparation,
      forward,
      backward: Math.max(0, msPerStep - preparation - forward - (optimizer ?? 0)),
      ...(optimizer !== undefined && { optimizer }),
    },
    epochSeconds,
    examplesPerSecond: full.examples.target.rows / epochSeconds,
    ratingsPerSecond: full.examples.target.values.length / epochSeconds,
    gemmPeakGflops: peak,
    ...(gflops !== undefined && { gflops, gemmShare: gflops / peak }),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    against,
  }
}

/** By name, such as calls, dispatches, bytes uploaded and readbacks. */
type StepCounts = Readonly<Record<string, number>>

function countsOf(backend: string): StepCounts | undefined {
  if (backend === 'tensorflow') return tensorflowCounts() as unknown as StepCounts
  return backend === 'webgpu' ? (webgpuCounts() as unknown as StepCounts) : undefined
}

function perStep(before: StepCounts, after: StepCounts | undefined, steps: number): StepCounts | undefined {
  return (
    after &&
    Object.fromEntries(Object.entries(after).map(([name, count]) => [name, (count - before[name]!) / steps]))
  )
}

/** @throws RangeError when they cannot do the same work */
function startOpponents(
  { against, python, pyTorchDevice, set }: TrainBenchOptions,
  task: BenchTask,
): Promise<Opponent[]> {
  if (against && Object.keys(set).some((name) => name !== 'batchSize'))
    throw new RangeError('--against trains the networks of the papers: leave out --set, except batchSize')
  if (against === 'pytorch') return startPyTorch(python, task, pyTorchDevice)
  return against === 'tfjs' ? startStockTfjs(task) : Promise.resolve([])
}

/**
 * The multiplications and additions that a step cannot do without: two an entry and hidden unit for each sparse
 * product and gradient, six a weight and example for each dense layer.
 */
function flopsOfStep({ model, block: { target: block }, hyperparameters }: BenchTask, steps: number): number {
  const { hidden, latent } = sizesOf(hyperparameters)
  const entries = block.values.length / steps
  const rows = block.rows / steps
  if (model !== 'mult-vae') return 10 * entries * hidden
  if (isShallow(hyperparameters)) return 4 * entries * hidden + 6 * rows * latent * block.columns
  return 4 * entries * hidden + 6 * rows * (hidden * 2 * latent + latent * hidden + hidden * block.columns)
}

/** Whether there is no layer between the items and the code. */
function isShallow({ hidden }: BenchTask['hyperparameters']): boolean {
  return typeof hidden !== 'number' && hidden.length === 0
}
