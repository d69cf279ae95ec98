import type { LoadedVersion, Registry } from '../../src/registry/registry.ts'
import { parseVersionName } from '../../src/registry/version-name.ts'
import { championNamed } from './champion-named.ts'

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
  return registry.load(championNamed(await registry.champions(), name))
}
