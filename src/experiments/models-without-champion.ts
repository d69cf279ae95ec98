import type { Registry } from '../registry/registry.ts'
import type { Definition } from './definition.ts'

/** A warning for each variant without users: its model has no champion, and it pins no version. */
export async function formatModelsWithoutChampion(
  { variants }: Pick<Definition, 'variants'>,
  registry: Pick<Registry, 'champions'>,
): Promise<string[]> {
  const champions = new Set((await registry.champions()).map(({ model }) => model))
  return variants
    .filter(({ model, version }) => version === undefined && !champions.has(model))
    .map(
      ({ name, model }) =>
        `${model} has no champion: until a version is promoted, the users of ${name} are served outside the experiment. npm run models lists all versions.`,
    )
}
