import type { Database } from '../../src/db/database.ts'
import type { Definition } from '../../src/experiments/definition.ts'

/** A sentence on each variant without users as things stand, since no version of its model answers. */
export async function describeUnanswered(
  { sql }: Pick<Database, 'sql'>,
  { variants }: Pick<Definition, 'variants'>,
): Promise<string[]> {
  const champions = await sql<{ model: string }[]>`select model from champions`
  const answering = new Set(champions.map(({ model }) => model))
  return variants
    .filter(({ model, version }) => version === undefined && !answering.has(model))
    .map(
      ({ name, model }) =>
        `No version of ${model} answers: until one is promoted, the users of ${name} are served outside of the experiment. npm run models lists what there is.`,
    )
}
