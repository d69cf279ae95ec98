import type { Champion } from '../../src/registry/registry.ts'
import { UsageError } from './exit-codes.ts'

/**
 * The champion of a model; by default that of the default model.
 *
 * @throws UsageError that lists the champions
 */
export function championNamed(champions: readonly Champion[], model: string | undefined): Champion {
  const found = champions.find((champion) =>
    model === undefined ? champion.isDefault : champion.model === model,
  )
  if (found !== undefined) return found
  const names = champions.map((champion) => champion.model).join(', ')
  throw new UsageError(
    names === ''
      ? 'There are no trained models yet: run npm run train -- --model all'
      : `There is no ${model === undefined ? 'default model' : `champion of ${model}`}; there are champions of ${names}`,
  )
}
