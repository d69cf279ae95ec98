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

/**
 * PyTorch in the Python of that name: the dense code that people write, and the same with sparse input and AutoRec's
 * output at the observed entries only.
 *
 * @throws Error saying what keeps it from running
 */
export async function startPyTorch(python: string, task: BenchTask): Promise<Opponent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-bench-'))
  const {
    block: { target: block },
    batchSize,
  } = task
  for (const part of ['offsets', 'indices', 'values'] as const) writeFileSync(join(folder, part), block[part])
  const start = (sparse: boolean) =>
    StepsProcess.start(python, [join(import.meta.dirname, 'pytorch-steps.py')], {
      model: task.model === 'mult-vae' ? 'mult-vae' : 'autorec',
      ...sizesOf(task.hyperparameters),
      batchSize,
      sparse,
      folder,
      rows: block.rows,
      columns: block.columns,
      threads: cpus().length,
    })
  try {
    return [
      { name: 'pytorch dense', steps: await start(false) },
      { name: 'pytorch sparse', steps: await start(true) },
    ]
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
