// What this machine has for Palate, and whether the asked-for set-up can run on it.
import { availableParallelism, totalmem } from 'node:os'
import { isAutoSelectable } from '../../src/compute/backend.ts'
import { type BackendState, inspectBackends } from '../../src/compute/inspect-backends.ts'
import { listNvidiaCards, type NvidiaCard } from '../../src/compute/tensorflow/nvidia.ts'
import type { Config } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { findEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { openRegistry } from '../../src/registry/postgres-registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'

export interface DatabaseState {
  readonly works: boolean
  /** In words: the server's version, or why it cannot be used. */
  readonly description: string
  /** The champion of each model, as `mult-vae@3`. */
  readonly champions: readonly string[]
}

export interface Inspection {
  readonly node: { readonly version: string; readonly supported: boolean }
  readonly cores: number
  readonly memoryBytes: number
  /** By nvidia-smi; other cards are known to `webgpu` alone, which describes them. */
  readonly nvidiaCards: readonly NvidiaCard[]
  readonly backends: readonly BackendState[]
  /** The backend that is taken: the one asked for, else the best that works; undefined where there is none. */
  readonly chosen: string | undefined
  readonly database: DatabaseState
  /** What keeps the asked-for set-up from running; empty where it can. */
  readonly problems: readonly string[]
}

export async function inspect(
  config: Config,
  asked: { backend: string | undefined; requireGpu: boolean },
): Promise<Inspection> {
  const nvidiaCards = await listNvidiaCards(AbortSignal.timeout(10_000)).catch(() => [])
  const backends = await inspectBackends()
  const database = await inspectDatabase(config)
  const chosen = choose(backends, asked)
  const node = { version: process.versions.node, supported: supportedNode(process.versions.node) }
  const problems = [
    ...(node.supported ? [] : [`Node ${node.version} is not supported; use 20.19 or later, 22 or 24`]),
    ...(chosen === undefined ? [whyNone(backends, asked)] : []),
    ...(database.works ? [] : [database.description]),
  ]
  return {
    node,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    nvidiaCards,
    backends,
    chosen,
    database,
    problems,
  }
}

function choose(
  backends: readonly BackendState[],
  { backend, requireGpu }: { backend: string | undefined; requireGpu: boolean },
): string | undefined {
  const fits = (state: BackendState) => {
    if (!state.works || (requireGpu && !state.gpu)) return false
    return backend === undefined ? isAutoSelectable(state.name, state.gpu) : state.name === backend
  }
  return backends.find(fits)?.name
}

function whyNone(
  backends: readonly BackendState[],
  { backend, requireGpu }: { backend: string | undefined; requireGpu: boolean },
): string {
  const named = backends.find(({ name }) => name === backend)
  if (named && !named.works) return named.reason
  if (requireGpu) return 'No backend runs on a GPU'
  return `There is no backend ${backend}`
}

/** A stopped embedded server is no flaw: whichever script comes first starts it. */
async function inspectDatabase(config: Config): Promise<DatabaseState> {
  if (config.databaseUrl === undefined && !(await findEmbeddedPostgres(config.home)))
    return { works: true, description: 'embedded PostgreSQL, not running: started on demand', champions: [] }
  try {
    const database = await openDatabase(config)
    try {
      const [row] = await database.sql<
        { version: string }[]
      >`select current_setting('server_version') as version`
      const champions = await openRegistry(database, config).champions()
      const kind = config.databaseUrl === undefined ? 'embedded PostgreSQL' : 'PostgreSQL'
      return {
        works: true,
        description: `${kind} ${row!.version}`,
        champions: champions.map(formatVersionName),
      }
    } finally {
      await database.close()
    }
  } catch (error) {
    return { works: false, description: (error as Error).message, champions: [] }
  }
}

function supportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 20 || (major === 20 && minor >= 19)
}
