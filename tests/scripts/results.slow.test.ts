import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalog } from '../../scripts/results/catalog.ts'
import { type ResultsReport, results } from '../../scripts/results/results.ts'
import type { RunOutcome } from '../../scripts/results/runs.ts'
import { summarize } from '../../scripts/results/summary.ts'
import { createRandom } from '../../src/random/random.ts'
import { programOf } from '../programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'palate-results-'))
const out = join(folder, 'RESULTS.md')
const kept = join(folder, 'kept')
const evaluate = [process.execPath, programOf('scripts/evaluate.ts')]
const options = { data: folder, seeds: 1, quick: true, fresh: false, out, kept, evaluate }
const going = new AbortController().signal

/** Ratings of users who like one half of the items, in the layout of MovieLens 100K's own split. */
function writeSplit(): void {
  const random = createRandom('results')
  const lines: [string[], string[]] = [[], []]
  for (let user = 1; user <= 40; user++)
    for (let item = 1; item <= 16; item++) {
      const isPositive = user % 2 === item % 2
      lines[random.uniform() < 0.2 ? 1 : 0].push([user, item, isPositive ? 5 : 2, 880_000_000].join('\t'))
    }
  mkdirSync(join(folder, 'ml-100k'))
  writeFileSync(join(folder, 'ml-100k/u1.base'), lines[0].join('\n'))
  writeFileSync(join(folder, 'ml-100k/u1.test'), lines[1].join('\n'))
}

function keptOutcomes(): RunOutcome[] {
  return readdirSync(kept).map((name) => JSON.parse(readFileSync(join(kept, name), 'utf8')))
}

describe('the results of a folder with one data set', () => {
  let first: ResultsReport
  beforeAll(async () => {
    writeSplit()
    first = await results(options, going)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test('are measured for it, and the other data sets named as left out', () => {
    const rows = catalog.find(({ key }) => key === 'ml-100k-u1')!.rows.filter(({ quick }) => quick)
    expect(first).toMatchObject({ measured: rows.length, known: 0, failed: [] })
    expect(first.leftOut).toContain('ml-1m-hash')
  })

  test('stand in the page as they were measured', () => {
    const page = readFileSync(out, 'utf8')
    for (const { report, command } of keptOutcomes()) {
      const { mean, standardError } = report.metrics.rmse!
      expect(page).toContain(`${mean.toFixed(4)} ± ${(1.96 * standardError).toFixed(4)}`)
      expect(page).toContain(command)
    }
    expect(page).not.toContain(folder)
    expect(readFileSync(join(folder, 'RESULTS.svg'), 'utf8')).toContain('MovieLens 100K')
    expect(readFileSync(join(folder, 'RESULTS-training-times.svg'), 'utf8')).toContain('ui-autorec')
  })

  test('leave out rows and data sets that were not run', () => {
    const page = readFileSync(out, 'utf8')
    expect(page).toContain('| i-autorec | ')
    expect(page).not.toContain('| mult-vae |')
    expect(page).not.toContain('MovieLens 20M')
  })

  test('are not measured again', async () => {
    const before = readFileSync(out, 'utf8')
    expect(await results(options, going)).toMatchObject({ measured: 0, known: first.measured })
    expect(readFileSync(out, 'utf8')).toBe(before)
  })

  test('name the command that failed and why', async () => {
    writeFileSync(join(folder, 'ml-100k/u1.base'), '1\tone\tmany\t0\n')
    const { failed } = await results({ ...options, kept: join(folder, 'other') }, going)
    expect(failed[0]!.command).toContain('--model i-autorec')
    expect(failed[0]!.reason).not.toBe('')
  }, 60_000)
})

describe('several seeds of one row', () => {
  const outcome = (mean: number, standardError: number) =>
    ({ report: { metrics: { rmse: { mean, standardError } }, epochs: 3, epochSeconds: 0.5 } }) as RunOutcome
  const outcomes = [outcome(1, 0.1), outcome(2, 0.2), outcome(3, 0.3)]

  test('of several splits have the interval of their means', () => {
    const section = catalog.find(({ seeded }) => seeded === 'split')!
    const { metrics } = summarize(section, outcomes)!
    // s = 1, and the 97.5 % point of Student's t with two degrees of freedom is 4.302653.
    expect(metrics.rmse!.mean).toBe(2)
    expect(metrics.rmse!.halfWidth).toBeCloseTo(4.302653 / Math.sqrt(3), 5)
  })

  test('of one held-out part keep the interval over its users', () => {
    const section = catalog.find(({ seeded }) => seeded === 'training')!
    expect(summarize(section, outcomes)!.metrics.rmse!.halfWidth).toBeCloseTo(1.96 * 0.2, 12)
  })
})
