import { storedIdSchema } from '../../ratings/id-schema.ts'
import type { ConsoleDependencies } from '../dependencies.ts'

/** The item with this id, or else the first one that the search finds by its title. */
export async function findItemNamed(
  text: string,
  { catalog, findItems }: Pick<ConsoleDependencies, 'catalog' | 'findItems'>,
): Promise<string | undefined> {
  if (!storedIdSchema.safeParse(text).success) return undefined
  if (await catalog.find(text)) return text
  return (await findItems(text, undefined, 1))[0]?.id
}
