// One row with one seed: the command that measures it, and its stored outcome.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../src/registry/write-atomically.ts'
import type { EvaluateReport } from '../evaluate/format.ts'
import type { Row, Section } from './catalog.ts'

export interface Run {
  readonly section: Section
  readonly row: Row
  readonly seed: number
}

/** The outcome of a run. */
export interface RunOutcome {
  readonly command: string
  readonly report: EvaluateReport
  readonly at: string
}

/** The evaluate command of a run failed. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError'
}

/** The run's options of `npm run evaluate`. */
function evaluateOptions({ section, row, seed }: Run, data: string): string[] {
  return [
    '--model',
    row.model,
    ...section.options.map((option) =>
      option.startsWith('{data}/') ? inFolder(data, option.slice(7)) : option,
    ),
    '--metrics',
    metricsOf(section).join(','),
    '--seed',
    String(seed),
    ...Object.entries(row.set ?? {}).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...(row.refit ? ['--refit'] : []),
  ]
}

/** Files may be gzipped. */
function inFolder(folder: string, name: string): string {
  const path = `${folder}/${name}`
  return !existsSync(path) && existsSync(`${path}.gz`) ? `${path}.gz` : path
}

/** The section's metrics, and a ranking metric so that the lists are described as well. */
function metricsOf({ metrics }: Section): readonly string[] {
  return metrics.some((metric) => metric.includes('@')) ? metrics : [...metrics, 'ndcg@100']
}

/** The command as a reader types it, with the data in `$DATA`. */
export function commandOf(run: Run): string {
  return `npm run evaluate -- ${evaluateOptions(run, '$DATA').map(quote).join(' ')}`
}

/** For a shell; `$DATA` stays as it is. */
function quote(option: string): string {
  return /^[\w@=:,./$-]*$/.test(option) ? option : `'${option}'`
}

/** Outcomes as files in a folder, by the hash of their command. */
export function openRuns(folder: string) {
  const pathOf = (run: Run) =>
    join(folder, `${createHash('sha256').update(commandOf(run)).digest('hex').slice(0, 16)}.json`)
  return {
    async find(run: Run): Promise<RunOutcome | undefined> {
      const text = await readFile(pathOf(run), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : (JSON.parse(text) as RunOutcome)
    },
    async keep(run: Run, report: EvaluateReport): Promise<RunOutcome> {
      const outcome = { command: commandOf(run), report, at: new Date().toISOString() }
      await writeAtomically(pathOf(run), [Buffer.from(JSON.stringify(outcome))])
      return outcome
    },
  }
}

/**
 * Measures a run in its own process.
 *
 * @throws RunFailedError with the last line of its stderr
 * @throws the signal's reason
 */
export async function measure(
  run: Run,
  { data, evaluate: [program, ...args] }: { readonly data: string; readonly evaluate: readonly string[] },
  signal: AbortSignal,
): Promise<EvaluateReport> {
  const child = spawn(program!, [...args, ...evaluateOptions(run, data), '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => child.kill('SIGINT')
  signal.addEventListener('abort', stop, { once: true })
  let out = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-4000)))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  if (code === 0) return JSON.parse(out)
  throw new RunFailedError(stderr.trim().split('\n').at(-1) ?? `exit code ${code}`)
}
