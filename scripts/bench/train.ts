// npm run bench -- train
import { cpus } from 'node:os'
import { useBackend } from '../../src/compute/backend.ts'
import { measureGemm } from '../../src/compute/measure-gemm.ts'
import { type CsrMatrix, selectRows } from '../../src/interactions/csr-matrix.ts'
import { type LearningHyperparameters, resolveHyperparameters } from '../../src/models/hyperparameters.ts'
import type { GradientModel } from '../../src/models/model.ts'
import { findModel } from '../../src/models/models.ts'
import { createRandom } from '../../src/random/random.ts'
import { PyTorchSteps } from './pytorch.ts'
import { positiveShapes, shapes, syntheticRatings } from './synthetic-ratings.ts'
import { measureOptimizer, type StepParts, trainingBlocks } from './training-steps.ts'

export type BenchModel = 'mult-vae' | 'u-autorec' | 'i-autorec'

export interface TrainBenchOptions {
  readonly shape: keyof typeof shapes
  readonly model: BenchModel
  readonly backend: string | undefined
  /** A Python with PyTorch to compare with. */
  readonly python: string | undefined
  readonly rounds: number
  readonly report: (line: string) => void
}

interface Opponent {
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
  readonly msPerStep: number
  readonly parts: StepParts
  readonly epochSeconds: number
  readonly examplesPerSecond: number
  readonly ratingsPerSecond: number
  readonly gflops: number
  readonly gemmPeakGflops: number
  readonly gemmShare: number
  readonly peakRssBytes: number
  readonly against?: Opponent
  readonly againstSparse?: Opponent
}

/** Trains on synthetic ratings of a known shape and measures its steps, in alternation with PyTorch where asked. */
export async function benchTraining(options: TrainBenchOptions): Promise<TrainBenchResult> {
  const { model: name, report, rounds } = options
  const { name: backend, device } = await useBackend(options.backend)
  const ratings = syntheticRatings((name === 'mult-vae' ? positiveShapes : shapes)[options.shape], 1)
  const model = findModel(name) as unknown as GradientModel<BenchHyperparameters>
  const hyperparameters = resolveHyperparameters(model, benchHyperparameters[name], ratings)
  const full = model.objective(ratings, hyperparameters)
  const { batchSize } = hyperparameters
  const block = drawRows(full.examples, batchSize * stepsPerBlock)
  const peak = await measureGemm(Math.min(full.examples.columns, 20_108))
  const optimizer = await measureOptimizer(full)
  const ours = trainingBlocks({ ...full, examples: block }, batchSize)
  const task = { examples: block, batchSize, ...pytorchSizes(hyperparameters), threads: cpus().length }
  const opponents = options.python === undefined ? [] : await startBoth(options.python, name, task)
  const measured: { total: number; preparation: number; forward: number }[] = []
  const theirs = opponents.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    report(round < 0 ? 'Warming up' : `Round ${round + 1} of ${rounds}`)
    const own = await ours.next()
    if (round >= 0) measured.push(own)
    for (const [n, opponent] of opponents.entries()) {
      const times = await opponent.run(0, ours.steps)
      if (round >= 0) theirs[n]!.push(...times)
    }
  }
  await ours.stop()
  for (const opponent of opponents) await opponent.stop()
  const msPerStep = median(measured.map(({ total }) => total))
  const preparation = median(measured.map((part) => part.preparation))
  const forward = median(measured.map((part) => part.forward))
  const steps = Math.ceil(full.examples.rows / batchSize)
  const epochSeconds = (msPerStep * steps) / 1000
  const gflops = flopsOfStep(name, block, ours.steps, hyperparameters) / msPerStep / 1e6
  const [against, againstSparse] = opponents.map(({ version }, n): Opponent => {
    const theirMs = median(theirs[n]!)
    return {
      name: n === 0 ? 'pytorch dense' : 'pytorch sparse',
      version,
      msPerStep: theirMs,
      ratio: theirMs / msPerStep,
    }
  })
  return {
    shape: options.shape,
    model: name,
    backend,
    device: device.description,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    msPerStep,
    parts: {
      preparation,
      forward,
      backward: Math.max(0, msPerStep - preparation - forward - optimizer),
      optimizer,
    },
    epochSeconds,
    examplesPerSecond: full.examples.rows / epochSeconds,
    ratingsPerSecond: full.examples.values.length / epochSeconds,
    gflops,
    gemmPeakGflops: peak,
    gemmShare: gflops / peak,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    ...(against && { against }),
    ...(againstSparse && { againstSparse }),
  }
}

const stepsPerBlock = 4

/** The papers' settings, so that every engine does the same work. */
const benchHyperparameters: Readonly<Record<BenchModel, object>> = {
  'mult-vae': { batchSize: 500, hidden: [600], latent: 200 },
  'u-autorec': { batchSize: 500, hidden: 500, input: 'ratings', dropout: 0 },
  'i-autorec': { batchSize: 500, hidden: 500, input: 'ratings', dropout: 0 },
}

type BenchHyperparameters = LearningHyperparameters & {
  readonly hidden: number | readonly number[]
  readonly latent?: number
}

function pytorchSizes({ hidden, latent = 0 }: BenchHyperparameters) {
  return { hidden: typeof hidden === 'number' ? hidden : hidden[0]!, latent }
}

/** Rows like all others, by chance: the first ones may be the most popular items. */
function drawRows(matrix: CsrMatrix, count: number): CsrMatrix {
  return selectRows(matrix, createRandom('block').permutation(matrix.rows).subarray(0, count))
}

async function startBoth(
  python: string,
  name: BenchModel,
  task: Omit<Parameters<typeof PyTorchSteps.start>[1], 'model' | 'sparse'>,
) {
  const model = name === 'mult-vae' ? 'mult-vae' : 'autorec'
  return [
    await PyTorchSteps.start(python, { ...task, model, sparse: false }),
    await PyTorchSteps.start(python, { ...task, model, sparse: true }),
  ]
}

/**
 * The multiplications and additions that a step cannot do without: two an entry and hidden unit for each sparse
 * product and gradient, six a weight and example for each dense layer.
 */
function flopsOfStep(
  name: BenchModel,
  block: CsrMatrix,
  steps: number,
  hyperparameters: BenchHyperparameters,
): number {
  const { hidden, latent } = pytorchSizes(hyperparameters)
  const entries = block.values.length / steps
  const rows = block.rows / steps
  if (name !== 'mult-vae') return 10 * entries * hidden
  return 4 * entries * hidden + 6 * rows * (hidden * 2 * latent + latent * hidden + hidden * block.columns)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
