// The engines that a measurement can be made against.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { StepsProcess } from './steps-process.ts'
import { type BenchTask, sizesOf } from './task.ts'

export interface Opponent {
  readonly name: string
  readonly steps: StepsProcess
}

export type PyTorchDevice = 'cpu' | 'cuda'

/** The ways to train that are compared, by name. */
const pyTorchVariants: Readonly<Record<PyTorchDevice, Readonly<Record<string, object>>>> = {
  cpu: {
    'pytorch dense': { sparse: false, graph: false },
    'pytorch sparse': { sparse: true, graph: false },
  },
  cuda: {
    'pytorch cuda eager': { sparse: false, graph: false },
    'pytorch cuda graph': { sparse: false, graph: true },
  },
}

/**
 * PyTorch in the Python of that name. On the CPU: the dense code that people write, and the same with sparse input and
 * AutoRec's output at the observed entries only. On CUDA: the same dense code with TF32 products, run operation by
 * operation and as a CUDA graph.
 *
 * @throws Error saying what keeps it from running
 */
export async function startPyTorch(
  python: string,
  task: BenchTask,
  device: PyTorchDevice,
): Promise<Opponent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-bench-'))
  const {
    block: { target: block },
    batchSize,
  } = task
  for (const part of ['offsets', 'indices', 'values'] as const) writeFileSync(join(folder, part), block[part])
  const start = (variant: object) =>
    StepsProcess.start(python, [join(import.meta.dirname, 'pytorch-steps.py')], {
      model: task.model === 'mult-vae' ? 'mult-vae' : 'autorec',
      ...sizesOf(task.hyperparameters),
      batchSize,
      device,
      ...variant,
      folder,
      rows: block.rows,
      columns: block.columns,
      threads: cpus().length,
    })
  try {
    const opponents: Opponent[] = []
    for (const [name, variant] of Object.entries(pyTorchVariants[device]))
      opponents.push({ name, steps: await start(variant) })
    return opponents
  } catch (cause) {
    throw new Error(`${python} cannot run PyTorch: ${(cause as Error).message}`, { cause })
  } finally {
    // each has read the ratings before it answered
    rmSync(folder, { recursive: true })
  }
}

/** The same training loop on tfjs' WebAssembly backend as it comes. */
export async function startStockTfjs({ model, shape }: BenchTask): Promise<Opponent[]> {
  const script = join(import.meta.dirname, 'stock-tfjs-steps.ts')
  const steps = await StepsProcess.start(process.execPath, ['--import', 'tsx', script], { model, shape })
  return [{ name: 'tfjs wasm', steps }]
}
