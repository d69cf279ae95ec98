import { parseHTML } from 'linkedom'
import { beforeAll, describe, expect, test } from 'vitest'
import { useBackend } from '../../../src/compute/backend.ts'
import type { MetricSummary } from '../../../src/retraining/result.ts'
import { runRetraining } from '../../../src/retraining/run/run-retraining.ts'
import { createRetrainingWorld } from '../retraining-world.ts'

const { database, dependencies, options, addWeek } = await createRetrainingWorld()
const { sql } = database

/** A second run, which compares a candidate with a champion, read back from Postgres. */
async function readSecondRun() {
  for (const week of [1, 2, 3]) await addWeek(week)
  await runRetraining(options, dependencies)
  await addWeek(4)
  const { runId } = await runRetraining(options, dependencies)
  const [report] = await sql`select result, html from reports where run_id = ${runId}`
  return { runId, ...(report as unknown as { result: Stored; html: string }) }
}

interface Stored {
  readonly candidates: readonly { readonly figures: { readonly metrics: Record<string, MetricSummary> } }[]
  readonly baselines: readonly { readonly figures: { readonly metrics: Record<string, MetricSummary> } }[]
}

let run: Awaited<ReturnType<typeof readSecondRun>>
let page: ReturnType<typeof parseHTML>['document']

beforeAll(async () => {
  await useBackend('wasm')
  run = await readSecondRun()
  page = parseHTML(run.html).document
})

/** The cells of the table after a heading, without its head. */
function rowsAfter(heading: string): string[][] {
  const parts = [...page.querySelectorAll('h2, h3, table')]
  const at = parts.findIndex(({ tagName, textContent }) => tagName !== 'TABLE' && textContent === heading)
  const table = parts.slice(at).find(({ tagName }) => tagName === 'TABLE')!
  return [...table.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map(({ textContent }) => textContent!),
  )
}

const fixed = (value: number) => value.toFixed(4).replace('-', '−')
const summary = ({ mean, low, high }: MetricSummary) => `${fixed(mean)}${fixed(low)} … ${fixed(high)}`

describe('the figures on the page are those in Postgres', () => {
  test('of candidate and baseline, in the report and in the version', async () => {
    const figures = new Map(rowsAfter('Metrics').map(([name, , first]) => [name, first]))
    const { candidates, baselines } = run.result
    expect(figures.get('mult-vae@3')).toBe(summary(candidates[0]!.figures.metrics['ndcg@10']!))
    expect(figures.get('popularity')).toBe(summary(baselines[0]!.figures.metrics['ndcg@10']!))
    const [version] = await sql<{ mean: number }[]>`
      select (metrics -> 'ndcg@10' ->> 'mean')::float8 as mean from model_versions where version = 3`
    expect(figures.get('mult-vae@3')).toMatch(fixed(version!.mean))
  })

  test('of the comparison at the gate, as the candidate’s row has them', async () => {
    const [{ gate } = { gate: null }] =
      await sql`select gate from retraining_candidates where run_id = ${run.runId}`
    const { candidate, champion, low, high } = gate.comparison
    const [row] = rowsAfter('Comparison with the champions')
    expect(row!.slice(2, 4)).toEqual([fixed(candidate), fixed(champion)])
    const signed = (value: number) => `${value > 0 ? '+' : ''}${fixed(value)}`
    expect(row![5]).toBe(`${signed(low)} … ${signed(high)}`)
  })

  test('of the epochs, as they were recorded when they happened', async () => {
    const epochs = await sql<{ epoch: number }[]>`
      select epoch from training_epochs join training_runs on id = run_id
      where retraining_run = ${run.runId} and variant = 'mult-vae'`
    expect(Number(rowsAfter('Training')[0]![2])).toBe(epochs.length)
  })

  test('of the ratings, as the tables count them', async () => {
    const [counts] = await sql`
      select (select count(*) from ratings)::int as ratings, count(*)::int as users from users`
    const rows = new Map(rowsAfter('Data').map(([name, , after]) => [name, after]))
    expect(rows.get('Ratings')).toBe(counts!.ratings.toLocaleString('en-US'))
    expect(rows.get('Users')).toBe(counts!.users.toLocaleString('en-US'))
  })

  test('of champions, which serve requests as the first line says', async () => {
    const champions = await sql`select model || '@' || version as name from champions`
    expect(page.querySelector('h1')!.textContent).toContain(champions[0]!.name)
  })
})
