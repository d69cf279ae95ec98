import type { IdTable } from '../ratings/id-table.ts'
import { createIdMap, type IdMap } from './id-map.ts'

/** The ids of some tables in order, and the place there of each number of a table. */
export interface IdOrder {
  readonly ids: IdMap
  /** By the numbers of the table. */
  placesOf(table: IdTable): Int32Array
}

/** Orders ids by their code points; an id that occurs several times has one place. */
export function orderIds(tables: Iterable<IdTable>): IdOrder {
  const starts = new Map<IdTable, number>()
  const all: string[] = []
  for (const table of tables) {
    if (starts.has(table)) continue
    starts.set(table, all.length)
    for (const id of table.ids) all.push(id)
  }
  const ids: string[] = []
  const places = new Int32Array(all.length)
  for (const n of sortedNumbers(all)) {
    if (all[n] !== ids.at(-1)) ids.push(all[n]!)
    places[n] = ids.length - 1
  }
  return {
    ids: createIdMap(ids),
    placesOf: (table) => places.subarray(starts.get(table)!, starts.get(table)! + table.ids.length),
  }
}

function sortedNumbers(ids: readonly string[]): Uint32Array {
  const numbers = Uint32Array.from(ids.keys())
  // without surrogates the order of code units is that of code points, and engines compare by it faster
  if (ids.some((id) => surrogate.test(id))) return numbers.sort((a, b) => compareIds(ids[a]!, ids[b]!))
  return numbers.sort((a, b) => (ids[a]! < ids[b]! ? -1 : Number(ids[a]! > ids[b]!)))
}

const surrogate = /[\uD800-\uDFFF]/

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
