/** Converts between external ids (strings) and the row or column numbers of a matrix. */
export interface IdMap {
  readonly size: number
  readonly ids: readonly string[]
  /** The number of `id`, or undefined when it is not in the map. */
  indexOf(id: string): number | undefined
  /** @throws RangeError when no id has this number. */
  idOf(index: number): string
}

/**
 * Numbers `ids` in their order.
 *
 * @throws RangeError when an id occurs twice.
 */
export function createIdMap(ids: readonly string[]): IdMap {
  const numbers = new Map<string, number>()
  for (let index = 0; index < ids.length; index++) numbers.set(ids[index]!, index)
  if (numbers.size !== ids.length)
    throw new RangeError(`Ids must be distinct: ${firstRepeated(ids)} occurs twice`)
  return {
    size: ids.length,
    ids,
    indexOf: (id) => numbers.get(id),
    idOf: (index) => {
      const id = ids[index]
      if (id === undefined) throw new RangeError(`No id has number ${index}; there are ${ids.length}`)
      return id
    },
  }
}

function firstRepeated(ids: readonly string[]): string {
  const seen = new Set<string>()
  return ids.find((id) => seen.size === seen.add(id).size) ?? ''
}
