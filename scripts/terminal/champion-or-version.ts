import type { LoadedVersion, Registry } from '../../src/registry/registry.ts'
import { parseVersionName } from '../../src/registry/version-name.ts'
import { UsageError } from './exit-codes.ts'

/**
 * The version that `name` names, such as mult-vae@3, or the champion of a model; the default model without a name.
 *
 * @throws UsageError if there is no such champion, UnknownVersionError if there is no such version
 */
export async function championOrVersion(
  registry: Pick<Registry, 'champions' | 'load'>,
  name: string | undefined,
): Promise<LoadedVersion> {
  if (name?.includes('@')) return registry.load(parseVersionName(name))
  const champions = await registry.champions()
  const champion = champions.find(({ model, isDefault }) => (name === undefined ? isDefault : model === name))
  if (champion) return registry.load(champion)
  const names = champions.map(({ model }) => model).join(', ')
  throw new UsageError(
    names === ''
      ? 'There are no trained models yet: run npm run train -- --model all --promote'
      : `There is no ${name === undefined ? 'default model' : `champion of ${name}`}; there are champions of ${names}`,
  )
}
