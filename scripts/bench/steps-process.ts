// Steps of another engine, in a process of its own that works only while it is asked to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * A program that reads its task as one JSON line, answers with a line that holds its `version`, and then answers each
 * line `<first step> <count>` with the milliseconds of those steps as JSON.
 */
export class StepsProcess {
  readonly version: string
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(version: string, child: ChildProcess, lines: AsyncIterator<string>) {
    this.version = version
    this.#child = child
    this.#lines = lines
  }

  /** @throws Error with the last line that the program complained with, where it does not start */
  static async start(program: string, args: readonly string[], task: object): Promise<StepsProcess> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const complaints: string[] = []
    child.stderr.on('data', (data) => complaints.push(String(data)))
    child.on('error', (error) => complaints.push(error.message))
    child.stdin.on('error', () => {})
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    child.stdin.write(`${JSON.stringify(task)}\n`)
    const hello = await lines.next()
    if (hello.done) throw new Error(complaints.join('').trim().split('\n').at(-1))
    return new StepsProcess(JSON.parse(hello.value).version, child, lines)
  }

  /** Milliseconds of each of `count` steps, from step number `first`. */
  async run(first: number, count: number): Promise<number[]> {
    this.#child.stdin?.write(`${first} ${count}\n`)
    const answer = await this.#lines.next()
    if (answer.done) throw new Error('The other engine stopped in the middle of a measurement')
    return JSON.parse(answer.value)
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close')
    this.#child.stdin?.end()
    await closed
  }
}
