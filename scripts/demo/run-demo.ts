// From ratings to recommendations: import, training, evaluation, publication, service, requests.
import type { Config } from '../../src/config/config.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { readInteractions } from '../../src/interactions/file-interactions.ts'
import type { Interactions } from '../../src/interactions/interactions.ts'
import { loadInteractions } from '../../src/interactions/postgres-interactions.ts'
import { formatCount } from '../../src/pages/numbers.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { parseRetrainingConfig } from '../../src/retraining/config.ts'
import type { Trained, TrainedModel } from '../train/promote-trained.ts'
import { autoencoders, trainModels } from '../train/train-models.ts'
import { chooseData } from './demo-data.ts'
import { openDemoDatabase } from './demo-database.ts'
import { type Recommendation, requestRecommendations } from './request-recommendations.ts'

export interface DemoOptions {
  /** The path of the ratings; undefined for MovieLens 100K or, without a network, synthetic ratings. */
  readonly ratings: string | undefined
  /** The name of the current backend. */
  readonly backend: string
  readonly config: Config
  readonly log: (line: string) => void
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
  readonly baselines: Trained['baselines']
  readonly defaultChoice: Trained['defaultChoice']
  readonly recommendations: readonly Recommendation[]
  /** The database that other commands need in DATABASE_URL to use the demo's data; undefined if they use it already. */
  readonly separateDatabase: string | undefined
  /** The URL of the service, until `close`. */
  readonly url: string
  close(): Promise<void>
}

/** @throws the signal's reason if it interrupts the demo, and any error of a step */
export async function runDemo({ ratings: path, backend, config, log, signal }: DemoOptions): Promise<Demo> {
  const data = await chooseData(path, { home: config.home, log, signal })
  const imported = await readInteractions((await data.open()).ratings())
  const { database, separateName: separateDatabase } = await openDemoDatabase(
    config,
    imported,
    data.name,
    log,
  )
  try {
    const { users, items, ratings } = await importRatings(database.sql, await data.open(), { signal })
    const dataset = { name: data.name, users, items, ratings }
    log(
      `${formatCount(ratings)} ratings of ${formatCount(users)} users on ${formatCount(items)} items are in Postgres.`,
    )
    const interactions = await loadInteractions(database.sql)
    const { versions, baselines, defaultChoice } = await trainModels({
      ...{ database, config, backend, signal },
      models: autoencoders,
      retraining: parseRetrainingConfig({}, 'The default configuration'),
      seed: 1,
      hyperparameters: {},
      promote: true,
      by: 'npm run demo',
    })
    signal.throwIfAborted()
    const serviceLog = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr)
    const registry = openRegistry(database, config)
    const service = await startService({ ...config, database, registry, log: serviceLog })
    await service.loaded
    const recommendations = await requestRecommendations(
      service.url,
      usersWithHistory(interactions),
      versions.map(({ manifest }) => manifest.model),
    )
    const close = async () => {
      await service.close()
      await database.close()
    }
    return {
      ...{ dataset, backend, models: versions, baselines, defaultChoice, recommendations },
      ...{ separateDatabase, url: service.url, close },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Two users with a history of some length. */
function usersWithHistory({ users, matrix }: Interactions): string[] {
  const active = users.ids.filter((_, user) => matrix.offsets[user + 1]! - matrix.offsets[user]! >= 20)
  return (active.length > 0 ? active : users.ids).slice(0, 2)
}
