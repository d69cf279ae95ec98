// Measures the runs of the catalog that have no stored outcome, and writes the page after each of them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../../src/registry/write-atomically.ts'
import { createProgress } from '../terminal/progress.ts'
import { catalog, type Row, type Section } from './catalog.ts'
import { drawResults } from './drawing.ts'
import { type MeasuredRow, type MeasuredSection, writeResults } from './markdown.ts'
import { commandOf, measure, openRuns, type Run, RunFailedError, type RunOutcome } from './runs.ts'
import { summarize } from './summary.ts'
import { drawTrainingTimes } from './training-times.ts'

export interface ResultsOptions {
  /** Folder with the data sets, each in a folder of its usual name. */
  readonly data: string
  readonly seeds: number
  /** One seed of the main rows only. */
  readonly quick: boolean
  /** Repeats runs that have a stored outcome. */
  readonly fresh: boolean
  /** The page to write; its plots get the same name with `.svg` and `-training-times.svg`. */
  readonly out: string
  /** Folder for stored outcomes. */
  readonly kept: string
  /** The command line that runs `npm run evaluate`, without its options. */
  readonly evaluate: readonly string[]
}

export interface ResultsReport {
  readonly page: string
  readonly measured: number
  readonly known: number
  readonly failed: readonly { readonly command: string; readonly reason: string }[]
  /** Sections without their data. */
  readonly leftOut: readonly string[]
}

/** @throws the signal's reason; finished runs are kept */
export async function results(options: ResultsOptions, signal: AbortSignal): Promise<ResultsReport> {
  const runs = openRuns(options.kept)
  const leftOut = catalog.filter((section) => !hasData(section, options.data)).map(({ key }) => key)
  const wanted = catalog
    .filter(({ key }) => !leftOut.includes(key))
    .flatMap((section) => runsOf(section, options))
    .sort((a, b) => a.seed - b.seed)
  const missing: Run[] = []
  for (const run of wanted) if (options.fresh || !(await runs.find(run))) missing.push(run)
  const failed: { command: string; reason: string }[] = []
  const progress = createProgress({ label: 'Results', unit: 'runs', total: missing.length })
  try {
    for (const [n, run] of missing.entries()) {
      progress.update(n, `${run.section.key} ${run.row.model} ${run.row.variant ?? ''} seed ${run.seed}`)
      try {
        await runs.keep(run, await measure(run, options, signal))
      } catch (error) {
        if (!(error instanceof RunFailedError)) throw error
        failed.push({ command: commandOf(run), reason: error.message })
      }
      await publish(options, runs)
    }
    progress.update(missing.length)
  } finally {
    progress.finish()
  }
  await publish(options, runs)
  return {
    page: options.out,
    measured: missing.length - failed.length,
    known: wanted.length - missing.length,
    failed,
    leftOut,
  }
}

function hasData({ needs }: Section, data: string): boolean {
  return needs.every((path) => existsSync(join(data, path)))
}

function runsOf(section: Section, { quick, seeds }: ResultsOptions): Run[] {
  const rows = section.rows.filter((row) => !quick || row.quick)
  return rows.flatMap((row) => seedsOf(quick ? 1 : seeds).map((seed) => ({ section, row, seed })))
}

function seedsOf(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1)
}

async function publish({ out, seeds }: ResultsOptions, runs: ReturnType<typeof openRuns>): Promise<void> {
  const measured: MeasuredSection[] = []
  for (const section of catalog) {
    const rows = await Promise.all(section.rows.map((row) => lookUp(section, row, seeds, runs)))
    const found = rows.filter((row) => row !== undefined)
    if (found.length > 0) measured.push({ section, rows: found })
  }
  const pictures = {
    metrics: out.replace(/(\.md)?$/, '.svg'),
    trainingTimes: out.replace(/(\.md)?$/, '-training-times.svg'),
  }
  await writeAtomically(pictures.metrics, [Buffer.from(drawResults(measured))])
  await writeAtomically(pictures.trainingTimes, [Buffer.from(drawTrainingTimes(measured))])
  await writeAtomically(out, [Buffer.from(writeResults(measured, pictures))])
}

async function lookUp(
  section: Section,
  row: Row,
  seeds: number,
  runs: ReturnType<typeof openRuns>,
): Promise<MeasuredRow | undefined> {
  const found = await Promise.all(seedsOf(seeds).map((seed) => runs.find({ section, row, seed })))
  const outcomes = found.filter((outcome): outcome is RunOutcome => outcome !== undefined)
  const summary = summarize(section, outcomes)
  return summary && { row, outcomes, summary }
}
