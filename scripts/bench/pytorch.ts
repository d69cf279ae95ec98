// The same steps in PyTorch, in a process of its own that works only while it is asked to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { CsrMatrix } from '../../src/interactions/csr-matrix.ts'

export interface PyTorchTask {
  readonly model: 'mult-vae' | 'autorec'
  readonly examples: CsrMatrix
  readonly batchSize: number
  readonly hidden: number
  readonly latent: number
  /** Sparse input, and AutoRec's output at the observed entries only; else the dense code that people write. */
  readonly sparse: boolean
  readonly threads: number
}

export class PyTorchSteps {
  readonly version: string
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #folder: string

  private constructor(version: string, child: ChildProcess, lines: AsyncIterator<string>, folder: string) {
    this.version = version
    this.#process = child
    this.#lines = lines
    this.#folder = folder
  }

  /**
   * Starts `python`, which must have PyTorch.
   *
   * @throws Error saying what it answered instead
   */
  static async start(python: string, { examples, ...task }: PyTorchTask): Promise<PyTorchSteps> {
    const folder = mkdtempSync(join(tmpdir(), 'palate-bench-'))
    for (const part of ['offsets', 'indices', 'values'] as const)
      writeFileSync(join(folder, part), examples[part])
    const child = spawn(python, [join(import.meta.dirname, 'pytorch-steps.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const complaints: string[] = []
    child.stderr?.on('data', (data) => complaints.push(String(data)))
    child.on('error', (error) => complaints.push(error.message))
    const lines = (createInterface({ input: child.stdout! }) as Interface)[Symbol.asyncIterator]()
    child.stdin?.on('error', () => {})
    child.stdin?.write(
      `${JSON.stringify({ ...task, folder, rows: examples.rows, columns: examples.columns })}\n`,
    )
    const hello = await lines.next()
    if (hello.done) {
      rmSync(folder, { recursive: true })
      const reason = complaints.join('').trim().split('\n').at(-1)
      throw new Error(`${python} cannot run PyTorch: ${reason}`)
    }
    return new PyTorchSteps(JSON.parse(hello.value).version, child, lines, folder)
  }

  /** Milliseconds of each of `count` steps, from step number `first`. */
  async run(first: number, count: number): Promise<number[]> {
    this.#process.stdin?.write(`${first} ${count}\n`)
    const answer = await this.#lines.next()
    if (answer.done) throw new Error('PyTorch stopped in the middle of a measurement')
    return JSON.parse(answer.value)
  }

  async stop(): Promise<void> {
    const closed = once(this.#process, 'close')
    this.#process.stdin?.end()
    await closed
    rmSync(this.#folder, { recursive: true })
  }
}
