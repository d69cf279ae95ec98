import type { Definition } from '../../src/experiments/definition.ts'
import type { Registry } from '../../src/registry/registry.ts'

/** A sentence on each variant without users as things stand, since no version of its model answers. */
export async function describeUnanswered(
  { variants }: Pick<Definition, 'variants'>,
  registry: Pick<Registry, 'champions'>,
): Promise<string[]> {
  const answering = new Set((await registry.champions()).map(({ model }) => model))
  return variants
    .filter(({ model, version }) => version === undefined && !answering.has(model))
    .map(
      ({ name, model }) =>
        `No version of ${model} answers: until one is promoted, the users of ${name} are served outside of the experiment. npm run models lists what there is.`,
    )
}
