// The whole path: data, import, training, evaluation, publication, service, recommendations.
import type { Config } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import type { Evaluation } from '../../src/evaluation/evaluate.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import { autoencoders, evaluateBaselines, type TrainedModel, trainModels } from '../train/train-models.ts'
import { askService, type Recommendation } from './ask-service.ts'
import { chooseData } from './demo-data.ts'
import { openDemoDatabase } from './demo-database.ts'

export interface DemoOptions {
  /** Where the ratings are; undefined for MovieLens 100K or, without a network, the planted world. */
  readonly ratings: string | undefined
  /** The name of the current backend. */
  readonly backend: string
  readonly config: Config
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

export interface Demo {
  readonly dataset: {
    readonly name: string
    readonly users: number
    readonly items: number
    readonly ratings: number
  }
  readonly backend: string
  readonly models: readonly TrainedModel[]
  readonly baselines: Readonly<Record<string, Evaluation['metrics']>>
  readonly recommendations: readonly Recommendation[]
  /** The database that DATABASE_URL must name for other scripts to see the demo's data; undefined where they do. */
  readonly ownDatabase: string | undefined
  /** Where the service listens until `close`. */
  readonly url: string
  close(): Promise<void>
}

/** @throws the signal's reason when it ends the demo early, and whatever a step throws */
export async function runDemo({ ratings: path, backend, config, say, signal }: DemoOptions): Promise<Demo> {
  const data = await chooseData(path, { home: config.home, say, signal })
  const given = await readInteractions((await data.open()).ratings())
  const { database, ownName: ownDatabase } = await openDemoDatabase(config, given, data.name, say)
  try {
    const { users, items, ratings } = await importRatings(database.sql, await data.open(), { signal })
    const dataset = { name: data.name, users, items, ratings }
    say(`${count(ratings)} ratings of ${count(users)} users on ${count(items)} items are in Postgres.`)
    const interactions = await loadInteractions(database.sql)
    const { models, baselines } = await trainAll(interactions, { database, config, backend, signal })
    const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr)
    const registry = openRegistry(database, config)
    await registry.makeDefault('mult-vae')
    const service = await startService({ ...config, database, registry, log })
    const recommendations = await askService(service.url, busyUsers(interactions), autoencoders)
    const close = async () => {
      await service.close()
      await database.close()
    }
    return { dataset, backend, models, baselines, recommendations, ownDatabase, url: service.url, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function trainAll(
  ratings: Interactions,
  options: { database: Database; config: Config; backend: string; signal: AbortSignal },
) {
  const models = await trainModels({
    ...options,
    models: autoencoders,
    ratings,
    seed: 1,
    hyperparameters: {},
    promote: true,
    by: 'npm run demo',
  })
  options.signal.throwIfAborted()
  return { models, baselines: await evaluateBaselines(ratings, 1) }
}

/** Two users with a history to recommend from. */
function busyUsers({ users, matrix }: Interactions): string[] {
  const busy = users.ids.filter((_, user) => matrix.offsets[user + 1]! - matrix.offsets[user]! >= 20)
  return (busy.length > 0 ? busy : users.ids).slice(0, 2)
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
