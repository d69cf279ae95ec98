import { createIdMap, type IdMap } from './id-map.ts'

/** Numbers ids in order of appearance, and sorts them at the end. */
export interface IdNumbering {
  /** The number of `id`, a new one on its first appearance. */
  numberOf(id: string): number
  /** All ids in order, and the position of each number in that order. */
  inOrder(): { ids: IdMap; places: Int32Array }
}

export function createIdNumbering(): IdNumbering {
  const numbers = new Map<string, number>()
  // files are often sorted by user
  let last = { id: '', number: -1 }
  return {
    numberOf: (id) => {
      if (id === last.id && last.number >= 0) return last.number
      let number = numbers.get(id)
      if (number === undefined) {
        number = numbers.size
        numbers.set(id.length < minSliceLength ? id : Buffer.from(id).toString(), number)
      }
      last = { id, number }
      return number
    },
    inOrder: () => {
      const ids = [...numbers.keys()].sort(compareIds)
      const places = new Int32Array(ids.length)
      for (const [place, id] of ids.entries()) places[numbers.get(id)!] = place
      return { ids: createIdMap(ids), places }
    },
  }
}

// V8 copies the characters of a shorter slice; a longer one would keep the text in memory that it is a slice of
const minSliceLength = 13

/**
 * Compares ids by code points, which is the order of their UTF-8 bytes and of Postgres' collation "C". JavaScript
 * compares code units, which puts U+E000 to U+FFFF after all characters beyond U+FFFF.
 */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let n = 0; n < length; n++) {
    const difference = rank(a.charCodeAt(n)) - rank(b.charCodeAt(n))
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Sorts the halves of surrogate pairs after all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
