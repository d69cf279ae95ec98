import { useBackend } from '../../src/compute/backend.ts'
import type { Sql } from '../../src/db/database.ts'
import { openArtifact } from '../../src/registry/open-artifact.ts'
import type { Manifest, Registry } from '../../src/registry/registry.ts'
import { formatVersionName } from '../../src/registry/version-name.ts'
import type { Ledger } from './ledger.ts'

/** Whether every version opens and recommends, there are champions, and only champions have recommended. */
export async function checkPublished(
  sql: Sql,
  registry: Registry,
  { versions: served }: Ledger,
): Promise<string[]> {
  await useBackend('cpu')
  const manifests = (await registry.versions()).filter(({ prunedAt }) => prunedAt === null)
  const failures = await Promise.all(manifests.map((manifest) => failureOf(registry, manifest)))
  const champions = await registry.champions()
  const promoted = new Set(
    (await registry.changes())
      .filter(({ kind }) => kind !== 'default')
      .map(({ model, toVersion }) => `${model}@${toVersion}`),
  )
  const defaults = await sql`select from champions where is_default`
  return [
    ...failures.filter((failure) => failure !== undefined),
    ...(champions.length > 0 && defaults.length === 1
      ? []
      : [`there are ${champions.length} champions and ${defaults.length} defaults`]),
    ...[...served]
      .filter((name) => !promoted.has(name))
      .map((name) => `${name} recommended and was no champion`),
  ]
}

async function failureOf(registry: Registry, manifest: Manifest): Promise<string | undefined> {
  try {
    const { artifact } = await registry.load(manifest)
    const scorer = openArtifact(artifact)
    const scores = await scorer.score({
      ...{ rows: 1, columns: scorer.itemCount, offsets: Int32Array.of(0, 1) },
      ...{ indices: Int32Array.of(0), values: Float32Array.of(5) },
    })
    scorer.dispose()
    return scores.every(Number.isFinite) ? undefined : `${formatVersionName(manifest)} scores with NaN`
  } catch (error) {
    return `${formatVersionName(manifest)} cannot be used: ${(error as Error).message}`
  }
}
