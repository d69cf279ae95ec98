import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writePrometheusTextfile } from '../../../src/retraining/report/prometheus-textfile.ts'
import { findRunEnds } from '../../../src/retraining/run/postgres-runs.ts'
import { createTestDatabase } from '../../db/test-database.ts'
import { sampleResult } from '../sample-result.ts'

const database = await createTestDatabase()
const folder = mkdtempSync(join(tmpdir(), 'palate-textfile-'))
const path = join(folder, 'collector', 'palate.prom')
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(async () => {
  const runs = [
    ['finished', 'promoted', '2026-03-02T00:00:00Z'],
    ['finished', 'promoted', '2026-03-09T00:00:00Z'],
    ['finished', 'kept', '2026-03-16T00:00:00Z'],
    ['failed', null, '2026-03-23T00:00:00Z'],
    ['running', null, null],
  ] as const
  for (const [status, outcome, finishedAt] of runs)
    await database.sql`
      insert into retraining_runs (id, status, outcome, config, cold, backend, by, finished_at)
      values (gen_random_uuid(), ${status}, ${outcome}, '{}', false, 'cpu', 'a test', ${finishedAt})`
})

/** The samples of the file, each name with its labels. */
function samples(): Map<string, number> {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

describe('the file for node_exporter', () => {
  test('tells of the run and of when runs last ended, and nothing else is left in its folder', async () => {
    const ends = await findRunEnds(database)
    const schedule = { days: 3.5 }
    await writePrometheusTextfile(path, { result: sampleResult, ends, schedule })
    const seen = samples()
    const endOf = (outcome: string) =>
      seen.get(`palate_retraining_last_end_timestamp_seconds{outcome="${outcome}"}`)
    expect(endOf('promoted')).toBe(Date.UTC(2026, 2, 9) / 1000)
    expect(endOf('kept')).toBe(Date.UTC(2026, 2, 16) / 1000)
    expect(endOf('failed')).toBe(Date.UTC(2026, 2, 23) / 1000)
    expect(endOf('stopped')).toBeUndefined()
    expect(seen.get('palate_retraining_failed')).toBe(0)
    expect(seen.get('palate_retraining_untrained_variants')).toBe(1)
    expect(seen.get('palate_retraining_schedule_seconds')).toBe(302_400)
    expect(seen.get('palate_retraining_snapshot{of="ratings"}')).toBe(sampleResult.snapshot.ratings)
    expect(seen.get('palate_retraining_metric{model="mult-vae@2",role="candidate",metric="ndcg@100"}')).toBe(
      0.412,
    )
    expect(seen.get('palate_retraining_gate_passed{variant="deep"}')).toBe(0)
    expect(seen.get('palate_retraining_default{model="mult-vae"}')).toBe(1)
    expect(seen.get('palate_retraining_baseline_is_better')).toBe(0)
    expect(readdirSync(join(folder, 'collector'))).toEqual(['palate.prom'])
  })

  test('of a failed run says so, and keeps none of the figures of the run before', async () => {
    await writePrometheusTextfile(path, { ends: {} })
    expect([...samples()]).toEqual([['palate_retraining_failed', 1]])
  })
})
