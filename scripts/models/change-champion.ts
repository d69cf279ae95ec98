import { type ChampionChange, type Registry, UnknownVersionError } from '../../src/registry/registry.ts'
import type { VersionName } from '../../src/registry/version-name.ts'
import type { RetrainingConfig } from '../../src/retraining/config.ts'
import { UsageError } from '../terminal/exit-codes.ts'

/** The new champion, and the version of the champion before it. */
export interface ChangedChampion extends VersionName {
  readonly from: number | null
}

interface DefaultOptions {
  /** Whether to make its model the default. */
  readonly makeDefault: boolean
  /** The default by the configuration. */
  readonly configured: RetrainingConfig['default']
}

/** @throws UsageError if the configuration names another default; UnknownVersionError, UnusableArtifactError */
export async function promote(
  registry: Registry,
  { model, version }: VersionName,
  change: ChampionChange,
  { makeDefault, configured }: DefaultOptions,
): Promise<ChangedChampion> {
  if (makeDefault && configured !== 'auto' && configured !== model)
    throw new UsageError(
      `${model} cannot be made the default: palate.config.ts has default: '${configured}'. Change it to 'auto' or '${model}'`,
    )
  await registry.load({ model, version })
  const from = await championOf(registry, model)
  await registry.promote({ model, version }, change)
  if (makeDefault || configured === model) await registry.makeDefault(model, change)
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
