import { maxIdLength } from './limits.ts'
import { idFlaw } from './rating-fields.ts'

/** Finds the one string of each id, so that no string is made for an id that has occurred before. */
export interface IdInterner {
  /**
   * The id of the digits of `number`, below `maxNumber`; no text for one that is excluded. Data sets number their users
   * and items, and a list index is found faster than a text.
   */
  ofNumber(number: number): string
  /**
   * The id in the ASCII text `bytes` from `start` to `end`, whose bytes have the hash `hash`; no text for what is no id,
   * is excluded, or has the hash of too many others.
   */
  ofText(bytes: Uint8Array, start: number, end: number, hash: number): string
}

/** Bounds the memory for numbers that are far from each other. */
export const maxNumber = 2 ** 22

/** The caller computes the hashes, and excludes what is not an id although it could be one. */
export function createIdInterner(isExcluded: (id: string) => boolean): IdInterner {
  const accept = (id: string) => (idFlaw('user', id) === undefined && !isExcluded(id) ? id : '')
  return { ...createNumbers(accept), ...createTexts(accept) }
}

const pageBits = 10

function createNumbers(accept: (id: string) => string): Pick<IdInterner, 'ofNumber'> {
  const pages: string[][] = []
  const add = (number: number) => {
    const id = accept(String(number))
    pages[number >> pageBits] ??= new Array<string>(1 << pageBits).fill('')
    pages[number >> pageBits]![number & ((1 << pageBits) - 1)] = id
    return id
  }
  return {
    ofNumber: (number) => {
      const page = pages[number >> pageBits]
      return page?.[number & ((1 << pageBits) - 1)] || add(number)
    },
  }
}

/** An open-addressing hash table. */
function createTexts(accept: (id: string) => string): Pick<IdInterner, 'ofText'> {
  const ids: string[] = []
  // two entries per slot: the hash, and the number of the id from 1, or 0 if the slot is free
  let table = new Int32Array(1 << 13)
  let slots = table.length >> 1
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
  const add = (text: string, slot: number, hash: number): string => {
    const id = accept(text)
    if (id === '') return id
    ids.push(id)
    table[2 * slot] = hash
    table[2 * slot + 1] = ids.length
    if (2 * ids.length > slots) grow()
    return id
  }
  return {
    ofText: (bytes, start, end, hash) => {
      // too many arguments for a call below
      if (end - start > maxIdLength) return ''
      let slot = slotOf(hash, slots)
      for (let steps = 0; table[2 * slot + 1] !== 0; slot = (slot + 1) & (slots - 1)) {
        if (table[2 * slot] === hash) {
          const id = ids[table[2 * slot + 1]! - 1]!
          if (isAt(id, bytes, start, end)) return id
        }
        if (++steps > maxSteps) return ''
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
