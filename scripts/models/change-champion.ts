import { type ChampionChange, type Registry, UnknownVersionError } from '../../src/registry/registry.ts'
import type { VersionName } from '../../src/registry/version-name.ts'

/** The new champion, and the version of the champion before it. */
export interface ChangedChampion extends VersionName {
  readonly from: number | null
}

/** @throws UnknownVersionError, UnusableArtifactError */
export async function promote(
  registry: Registry,
  { model, version }: VersionName,
  change: ChampionChange,
  makeDefault: boolean,
): Promise<ChangedChampion> {
  await registry.load({ model, version })
  const from = await championOf(registry, model)
  await registry.promote({ model, version }, change)
  if (makeDefault) await registry.makeDefault(model)
  return { model, version, from }
}

/**
 * @param model the model that was promoted last when undefined
 * @throws UnknownVersionError, UnusableArtifactError
 */
export async function rollBack(
  registry: Registry,
  model: string | undefined,
  change: ChampionChange,
): Promise<ChangedChampion> {
  const changed = model ?? (await lastPromoted(registry))
  const from = await championOf(registry, changed)
  return { ...(await registry.rollback(changed, change)), from }
}

async function championOf(registry: Registry, model: string): Promise<number | null> {
  return (await registry.champions()).find((champion) => champion.model === model)?.version ?? null
}

async function lastPromoted(registry: Registry): Promise<string> {
  const last = (await registry.changes()).find(({ kind }) => kind === 'promotion')
  if (!last) throw new UnknownVersionError('There is no promotion to undo')
  return last.model
}
