import { maxIdLength } from './limits.ts'
import { idFlaw } from './rating-fields.ts'

/** The ids of a file with their numbers, so that no string is made for an id that has occurred before. */
export interface IdTable {
  /** By number; the same id may have several. */
  readonly ids: readonly string[]
  /**
   * The number of the id with the digits of `number`, below `maxNumber`; -1 for one that is excluded. Data sets number
   * their users and items, and a list index is found faster than a text.
   */
  ofNumber(number: number): number
  /**
   * The number of the id in the ASCII text `bytes` from `start` to `end`, whose bytes have the hash `hash`; -1 for what is
   * no id, is excluded, or has the hash of too many others.
   */
  ofText(bytes: Uint8Array, start: number, end: number, hash: number): number
  /** The number of an id. */
  of(id: string): number
}

/** Bounds the memory for numbers that are far from each other. */
export const maxNumber = 2 ** 22

/** The caller computes the hashes, and excludes what is not an id although it could be one. */
export function createIdTable(isExcluded: (id: string) => boolean = () => false): IdTable {
  const ids: string[] = []
  const add = (id: string) => ids.push(id) - 1
  const accept = (id: string) => (idFlaw('user', id) === undefined && !isExcluded(id) ? add(id) : -1)
  return { ids, ...createNumbers(accept), ...createTexts(ids, accept), ...createStrings(add) }
}

const pageBits = 10

function createNumbers(accept: (id: string) => number): Pick<IdTable, 'ofNumber'> {
  // the numbers of ids from 1, or 0
  const pages: Int32Array[] = []
  const add = (number: number) => {
    const id = accept(String(number))
    pages[number >> pageBits] ??= new Int32Array(1 << pageBits)
    pages[number >> pageBits]![number & ((1 << pageBits) - 1)] = id + 1
    return id
  }
  return {
    ofNumber: (number) => {
      const known = pages[number >> pageBits]?.[number & ((1 << pageBits) - 1)] ?? 0
      return known > 0 ? known - 1 : add(number)
    },
  }
}

function createStrings(add: (id: string) => number): Pick<IdTable, 'of'> {
  const numbers = new Map<string, number>()
  return {
    of: (id) => {
      let number = numbers.get(id)
      if (number === undefined) {
        const copy = id.length < minSliceLength ? id : Buffer.from(id).toString()
        number = add(copy)
        numbers.set(copy, number)
      }
      return number
    },
  }
}

// V8 copies the characters of a shorter slice; a longer one would keep the text in memory that it is a slice of
const minSliceLength = 13

/** An open-addressing hash table. */
function createTexts(ids: readonly string[], accept: (id: string) => number): Pick<IdTable, 'ofText'> {
  // two entries per slot: the hash, and the number of the id from 1, or 0 if the slot is free
  let table = new Int32Array(1 << 13)
  let slots = table.length >> 1
  let size = 0
  const grow = () => {
    const old = table
    table = new Int32Array(2 * old.length)
    slots *= 2
    for (let n = 0; n < old.length; n += 2) {
      if (old[n + 1] === 0) continue
      let slot = slotOf(old[n]!, slots)
      while (table[2 * slot + 1] !== 0) slot = (slot + 1) & (slots - 1)
      table[2 * slot] = old[n]!
      table[2 * slot + 1] = old[n + 1]!
    }
  }
  const add = (text: string, slot: number, hash: number): number => {
    const id = accept(text)
    if (id < 0) return id
    table[2 * slot] = hash
    table[2 * slot + 1] = id + 1
    if (2 * ++size > slots) grow()
    return id
  }
  return {
    ofText: (bytes, start, end, hash) => {
      // too many arguments for a call below
      if (end - start > maxIdLength) return -1
      let slot = slotOf(hash, slots)
      for (let steps = 0; table[2 * slot + 1] !== 0; slot = (slot + 1) & (slots - 1)) {
        const id = table[2 * slot + 1]! - 1
        if (table[2 * slot] === hash && isAt(ids[id]!, bytes, start, end)) return id
        if (++steps > maxSteps) return -1
      }
      return add(String.fromCharCode(...bytes.subarray(start, end)), slot, hash)
    },
  }
}

// ids that are made to have the same hash must not make the search slow
const maxSteps = 50

/** Multiplied so that the hashes of consecutive numbers are far apart. */
function slotOf(hash: number, slots: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1)
  return (mixed ^ (mixed >>> 15)) & (slots - 1)
}

function isAt(id: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (id.length !== end - start) return false
  for (let n = 0; n < id.length; n++) if (id.charCodeAt(n) !== bytes[start + n]) return false
  return true
}
