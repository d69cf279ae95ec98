// Pages of the console on synthetic ratings, which have a database of their own.
import { join } from 'node:path'
import { type Config, parseConfig } from '../../src/config/config.ts'
import { createLog } from '../../src/http/log.ts'
import { startService } from '../../src/http/service.ts'
import { importRatings } from '../../src/ratings/postgres-import.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { parseRetrainingConfig } from '../../src/retraining/config.ts'
import { createBenchDatabase } from '../bench/serve/bench-database.ts'
import { plantedSource } from '../demo/demo-data.ts'
import { findSegments } from '../segments/segments.ts'
import { trainModels } from '../train/train-models.ts'
import { takeScreenshot } from './browser.ts'

const pages = [
  { name: 'overview', path: 'overview', height: 900 },
  { name: 'map', path: 'map/items?color=attribute:genres&user=7', height: 960 },
  { name: 'user', path: 'users/user?id=7', height: 900 },
]

/** @returns the written files */
export async function pictureConsole(
  folder: string,
  { config, backend, signal }: { config: Config; backend: string; signal: AbortSignal },
): Promise<string[]> {
  const { database, url, home, remove } = await createBenchDatabase(config)
  try {
    await importRatings(database.sql, plantedSource(), { signal })
    const ownConfig = parseConfig({ DATABASE_URL: url, PALATE_HOME: home, PORT: '0' })
    await trainModels({
      ...{ database, config: ownConfig, backend, signal },
      models: ['mult-vae', 'ease'],
      retraining: parseRetrainingConfig({}, 'The default configuration'),
      seed: 1,
      hyperparameters: {},
      promote: true,
      by: 'npm run screenshots',
    })
    const registry = openRegistry(database, ownConfig)
    await findSegments({ database, registry, model: 'mult-vae', k: 'auto', seed: 1, signal })
    const log = createLog('warn', process.stderr)
    const service = await startService({ ...ownConfig, database, registry, log })
    try {
      await service.loaded
      const written: string[] = []
      for (const { name, path, height } of pages) {
        const out = join(folder, `console-${name}.png`)
        await takeScreenshot({ url: `${service.url}/console/${path}`, out, width: 1200, height })
        written.push(out)
      }
      return written
    } finally {
      await service.close()
    }
  } finally {
    await remove()
  }
}
