// A home of its own for the run: disk, database, ratings to import, configuration.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../src/db/database.ts'
import { startEmbeddedPostgres, stopEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { freePort } from '../bench/serve/free-port.ts'
import { type Disk, mountDisk } from './disk.ts'
import type { Environment } from './program.ts'
import { retrainingConfig } from './retraining-config.ts'

export interface Sandbox {
  /** The home of Palate, on `disk` if there is one. */
  readonly home: string
  /** For files that are read only. */
  readonly inputs: string
  readonly configFile: string
  readonly disk: Disk | undefined
  /** Of the service. */
  readonly url: string
  readonly environment: Environment
  /** Stops the database and removes everything. */
  remove(): Promise<void>
}

export async function createSandbox(backend: string): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'palate-chaos-'))
  const [home, inputs] = [join(folder, 'home'), join(folder, 'inputs')]
  await Promise.all([home, inputs].map((path) => mkdir(path)))
  // as root the database server is another user
  await Promise.all([folder, home].map((path) => chmod(path, 0o755)))
  const disk = mountDisk(home)
  const remove = async () => {
    disk?.free()
    await stopEmbeddedPostgres(home)
    disk?.remove()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const configFile = join(inputs, 'palate.config.mjs')
    await writeFile(configFile, `export default ${JSON.stringify(retrainingConfig)}\n`)
    const { url: databaseUrl } = await startEmbeddedPostgres(home)
    await limitLog(databaseUrl)
    const port = await freePort()
    const environment = {
      ...{ PALATE_HOME: home, PALATE_BACKEND: backend, DATABASE_URL: '', ARTIFACTS_URL: '' },
      ...{ HOST: '127.0.0.1', PORT: String(port), API_KEYS: '', LOG_LEVEL: 'info' },
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: '', POSITIVE_THRESHOLD: '' },
    }
    return { home, inputs, configFile, disk, url: `http://127.0.0.1:${port}`, environment, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The write-ahead log would grow to a gigabyte. */
async function limitLog(databaseUrl: string): Promise<void> {
  const { sql, close } = connect(databaseUrl)
  await sql`alter system set max_wal_size = '128MB'`
  await sql`alter system set min_wal_size = '32MB'`
  await sql`select pg_reload_conf()`
  await close()
}
