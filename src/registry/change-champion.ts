// Changes of champions by hand, from the command line or the console.
import { standingPromotions } from './postgres-champions.ts'
import { type ChampionChange, type Registry, UnknownVersionError } from './registry.ts'
import type { VersionName } from './version-name.ts'

/** The new champion, and the version of the champion before it. */
export interface ChangedChampion extends VersionName {
  readonly from: number | null
}

interface PromotionOptions {
  /** Whether to make its model the default. */
  readonly makeDefault: boolean
  /** The default by the configuration: a model, or `auto`. */
  readonly configured: string
  /** The version that must be the champion before, null for none; not checked when absent. */
  readonly replacing?: number | null
}

/** The configuration names another default. */
export class ConfiguredDefaultError extends Error {
  override readonly name = 'ConfiguredDefaultError'
}

/**
 * Promotes a version whose weights can be loaded.
 *
 * @throws ConfiguredDefaultError, UnknownVersionError, UnusableArtifactError, ChampionChangedError
 */
export async function promote(
  registry: Registry,
  { model, version }: VersionName,
  change: ChampionChange,
  { makeDefault, configured, replacing }: PromotionOptions,
): Promise<ChangedChampion> {
  if (makeDefault) requireConfigured(model, configured)
  await registry.load({ model, version })
  const from = await championOf(registry, model)
  await registry.promote({ model, version }, change, replacing)
  if (makeDefault || configured === model) await registry.makeDefault(model, change)
  return { model, version, from }
}

/**
 * Makes a champion the default.
 *
 * @param replacing the model that must be the default before, null for none
 * @throws ConfiguredDefaultError, UnknownVersionError, ChampionChangedError
 */
export async function changeDefault(
  registry: Pick<Registry, 'makeDefault'>,
  model: string,
  change: ChampionChange,
  { configured, replacing }: Pick<PromotionOptions, 'configured'> & { readonly replacing: string | null },
): Promise<void> {
  requireConfigured(model, configured)
  await registry.makeDefault(model, change, replacing)
}

function requireConfigured(model: string, configured: string): void {
  if (configured !== 'auto' && configured !== model)
    throw new ConfiguredDefaultError(
      `${model} cannot be made the default: palate.config.ts has default: '${configured}'. Change it to 'auto' or '${model}'`,
    )
}

/**
 * @param model when undefined that of the last promotion that was not rolled back
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
  const last = standingPromotions((await registry.changes()).toReversed()).at(-1)
  if (!last) throw new UnknownVersionError('There is no promotion to undo')
  return last.model
}
