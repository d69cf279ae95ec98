// npm run bench -- champions

import { setTimeout as sleep } from 'node:timers/promises'
import { useBackend } from '../../src/compute/backend.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { createBenchDatabase } from './serve/bench-database.ts'
import { freePort } from './serve/free-port.ts'
import { type Program, serveCommand, startProgram } from './serve/program.ts'
import { runLoad } from './serve/run-load.ts'
import { untilResponds } from './serve/until-responds.ts'
import { publishUntrained } from './serve/untrained-champion.ts'
import { saveRatings, userIdOf } from './serve/world.ts'
import { syntheticRatings } from './synthetic-ratings.ts'

export interface ChampionsBenchOptions {
  readonly models: readonly string[]
  readonly report: (line: string) => void
}

/** Seconds are counted from the start of the process. */
export interface ChampionsBenchResult {
  readonly models: readonly { readonly name: string; readonly firstResponseSeconds: number }[]
  /** Until all models had responded, as are the bytes. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** After requests to all models on 16 connections for ten seconds. */
  readonly rssBytesUnderLoad: number
  readonly requestsPerSecond: number
}

/** Starts the service with a champion of each model, of the size of MovieLens 100K, and waits for each to respond. */
export async function benchChampions({
  models,
  report,
}: ChampionsBenchOptions): Promise<ChampionsBenchResult> {
  await useBackend('wasm')
  const { database, url, home, remove } = await createBenchDatabase(loadConfig())
  let service: Program | undefined
  try {
    const ratings = syntheticRatings(movieLens100K, 1)
    await saveRatings(database.sql, ratings)
    const registry = openRegistry(database, { home })
    for (const model of models) {
      report(`Preparing ${model}`)
      await publishUntrained(registry, ratings, model)
    }
    report('Starting the service')
    const port = await freePort()
    const environment = { DATABASE_URL: url, PALATE_HOME: home, ARTIFACTS_URL: '' }
    const started = performance.now()
    const starting = startProgram(
      [...serveCommand(), '--port', String(port)],
      `${home}/serve.log`,
      environment,
    )
    const responding = models.map(async (name) => {
      await untilResponds(`http://127.0.0.1:${port}/recommend/${userIdOf(0)}?model=${name}`)
      return { name, firstResponseSeconds: (performance.now() - started) / 1000 }
    })
    service = await starting
    const responded = await Promise.all(responding)
    const cpuSeconds = service.cpuSeconds()
    await sleep(settlingMs)
    const rssBytes = service.rssBytes()
    report('Under load')
    const requests = Array.from({ length: 2000 }, (_, n) => ({
      path: `/recommend/${userIdOf(n % ratings.rows)}?model=${models[n % models.length]}`,
    }))
    const load = { url: service.url, requests, connections: 16, seconds: 10, seed: 1 }
    const { requestsPerSecond } = await runLoad(load)
    return {
      models: responded,
      cpuSeconds,
      rssBytes,
      rssBytesUnderLoad: service.rssBytes(),
      requestsPerSecond,
    }
  } finally {
    await service?.stop()
    await remove()
  }
}

const movieLens100K = { users: 943, items: 1682, ratings: 100_000 }
const settlingMs = 2000
