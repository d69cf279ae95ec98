import { ChampionChangedError, type Registry } from '../../registry/registry.ts'
import type { DefaultChoice } from '../result.ts'
import { formatDefault } from './choose-default.ts'

/**
 * Makes the chosen model the default, with the warning of the choice.
 *
 * @returns the choice; if the default was changed in the meantime, it remains, with the reason
 */
export async function applyDefault(
  registry: Pick<Registry, 'champions' | 'makeDefault' | 'warn'>,
  choice: DefaultChoice,
  by: string,
): Promise<DefaultChoice> {
  try {
    await registry.makeDefault(choice.model, { by, reason: formatDefault(choice) }, choice.previous)
  } catch (error) {
    if (!(error instanceof ChampionChangedError)) throw error
    const current = (await registry.champions()).find(({ isDefault }) => isDefault)!.model
    return { ...choice, model: current, previous: current, reason: error.message }
  }
  await registry.warn(choice.warning)
  return choice
}
