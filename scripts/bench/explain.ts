// npm run bench -- explain
import { quantile } from 'd3-array'
import { useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { createBenchDatabase } from './serve/bench-database.ts'
import { freePort } from './serve/free-port.ts'
import { type Program, serveCommand, startProgram } from './serve/program.ts'
import { untilResponds } from './serve/until-responds.ts'
import { itemIdOf, publishUntrained } from './serve/untrained-champion.ts'
import { saveRatings, userIdOf } from './serve/world.ts'
import { shapes, syntheticRatings } from './synthetic-ratings.ts'

export interface ExplainBenchOptions {
  readonly models: readonly string[]
  /** The number of explanations per model, one after another. */
  readonly rounds: number
  readonly report: (line: string) => void
}

export interface ExplainBenchResult {
  readonly model: string
  readonly medianMs: number
  readonly p99Ms: number
  /** Computing time of all threads of the service, per explanation. */
  readonly cpuMs: number
  /** Of three explanations at once. */
  readonly explanations: Statuses
  /** Of the lists requested meanwhile, one after another. */
  readonly lists: Statuses
  readonly slowestListMs: number
}

/** The number of responses by status. */
type Statuses = Readonly<Record<string, number>>

/** Explains items to a user with 1,600 ratings, all of them positive, by models of the size of MovieLens 1M. */
export async function benchExplanations({
  models,
  rounds,
  report,
}: ExplainBenchOptions): Promise<ExplainBenchResult[]> {
  await useBackend('wasm')
  const { database, url, home, remove } = await createBenchDatabase(loadConfig())
  let service: Program | undefined
  try {
    const ratings = syntheticRatings(shapes['ml-1m'], 1)
    await saveRatings(database.sql, { ...ratings, rows: listUsers })
    await saveLongHistory(database.sql)
    const registry = openRegistry(database, { home })
    for (const model of models) {
      report(`Preparing ${model}`)
      await publishUntrained(registry, ratings, model)
    }
    report('Starting the service')
    const command = [...serveCommand(), '--port', String(await freePort())]
    service = await startProgram(command, `${home}/serve.log`, {
      DATABASE_URL: url,
      PALATE_HOME: home,
      ARTIFACTS_URL: '',
    })
    const results: ExplainBenchResult[] = []
    for (const model of models) {
      report(`Measuring ${model}`)
      results.push(await measure(service, model, rounds))
    }
    return results
  } finally {
    await service?.stop()
    await remove()
  }
}

async function measure(service: Program, model: string, rounds: number): Promise<ExplainBenchResult> {
  const explain = (n: number) =>
    request(`${service.url}/recommend/${longUser}/explain/${itemIdOf(1600 + n)}?model=${model}`)
  const list = (n: number) =>
    request(`${service.url}/recommend/${userIdOf(n % listUsers)}?model=${model}&k=20`)
  await untilResponds(`${service.url}/recommend/${userIdOf(0)}?model=${model}`)
  for (let n = 0; n < 3; n++) await explain(n)
  const cpuBefore = service.cpuSeconds()
  const times: number[] = []
  for (let n = 0; n < rounds; n++) times.push((await explain(n)).ms)
  const cpuMs = (1000 * (service.cpuSeconds() - cpuBefore)) / rounds
  let isOver = false
  const three = Promise.all([1, 2, 3].map(explain)).finally(() => {
    isOver = true
  })
  const lists: Response[] = []
  while (!isOver) lists.push(await list(lists.length))
  return {
    model,
    medianMs: quantile(times, 0.5)!,
    p99Ms: quantile(times, 0.99)!,
    cpuMs,
    explanations: statusesOf(await three),
    lists: statusesOf(lists),
    slowestListMs: Math.max(...lists.map(({ ms }) => ms)),
  }
}

interface Response {
  readonly status: number
  readonly ms: number
}

async function request(url: string): Promise<Response> {
  const start = performance.now()
  const response = await fetch(url)
  await response.arrayBuffer()
  return { status: response.status, ms: performance.now() - start }
}

function statusesOf(responses: readonly Response[]): Statuses {
  const counts: Record<string, number> = {}
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** The users of the lists. */
const listUsers = 100
const longUser = 'reader'

async function saveLongHistory(sql: Database['sql']): Promise<void> {
  await sql`insert into users (id) values (${longUser})`
  await sql`
    insert into ratings (user_id, item_id, value)
    select ${longUser}, n::text, 5 from generate_series(1, 1600) n`
}
