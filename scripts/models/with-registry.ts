import { loadConfig } from '../../src/config/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { openRegistry } from '../../src/registry/open-registry.ts'
import type { Registry } from '../../src/registry/registry.ts'
import { formatVersionName, type VersionName } from '../../src/registry/version-name.ts'

export interface ChangeOptions {
  readonly reason: string
  readonly by: string
  readonly json?: true
}

/** Opens the registry of this environment for a task. */
export async function withRegistry<T>(task: (registry: Registry) => Promise<T>): Promise<T> {
  const config = loadConfig()
  const database = await openDatabase(config, (line) => console.error(line))
  try {
    return await task(openRegistry(database, config))
  } finally {
    await database.close()
  }
}

export function printChange(change: VersionName & { readonly from: number | null }, json?: true): void {
  const { model, from } = change
  const before = from === null ? 'nothing did' : `${formatVersionName({ model, version: from })} did`
  const words = `${formatVersionName(change)} answers for ${model} now; before, ${before}`
  console.log(json ? JSON.stringify(change) : words)
}
