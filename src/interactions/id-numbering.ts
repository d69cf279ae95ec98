import { createIdMap, type IdMap } from './id-map.ts'

/** Numbers ids as they come, and puts them in order in the end. */
export interface IdNumbering {
  /** The number of `id`, a new one if it comes for the first time. */
  numberOf(id: string): number
  /** All ids in order, and the place therein of each number that was given. */
  inOrder(): { ids: IdMap; places: Int32Array }
}

export function createIdNumbering(): IdNumbering {
  const numbers = new Map<string, number>()
  return {
    numberOf: (id) => {
      const known = numbers.get(id)
      if (known !== undefined) return known
      // A part of a longer text would keep all of that text in memory.
      numbers.set(Buffer.from(id).toString(), numbers.size)
      return numbers.size - 1
    },
    inOrder: () => {
      const ids = [...numbers.keys()].sort(compareIds)
      const places = new Int32Array(ids.length)
      for (const [place, id] of ids.entries()) places[numbers.get(id)!] = place
      return { ids: createIdMap(ids), places }
    },
  }
}

/**
 * Compares ids by their code points, which is the order of their UTF-8 bytes and of Postgres' collation "C".
 * JavaScript's own order of strings puts U+E000 to U+FFFF after the characters beyond.
 */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let n = 0; n < length; n++) {
    const difference = rank(a.charCodeAt(n)) - rank(b.charCodeAt(n))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A code unit's place when the halves of surrogate pairs come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
