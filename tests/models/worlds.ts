// Small data sets whose correct result is known.
import type { CsrMatrix } from '../../src/interactions/csr/csr-matrix.ts'
import { csrFromEntries } from '../../src/interactions/csr/from-entries.ts'
import { createRandom, type Random } from '../../src/random/random.ts'
import type { HeldOut } from '../../src/splits/split.ts'

export interface World {
  readonly train: CsrMatrix
  readonly heldOut: HeldOut
}

/** A matrix of the values of a function, which returns undefined for no entry. */
export function matrixOf(
  rows: number,
  columns: number,
  valueAt: (row: number, column: number) => number | undefined,
): CsrMatrix {
  const entries: [number, number, number][] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = valueAt(row, column)
      if (value !== undefined) entries.push([row, column, value])
    }
  return csrFromEntries(rows, columns, {
    row: Int32Array.from(entries, ([row]) => row),
    column: Int32Array.from(entries, ([, column]) => column),
    values: Float32Array.from(entries, ([, , value]) => value),
  })
}

/**
 * Even users rate even items 5 and odd ones 1; odd users do the opposite. Withheld from user u are item u, which is
 * positive, and item u + 1, which is not.
 */
export function checkerboard(size: number): World {
  const rating = (user: number, item: number) => ((user + item) % 2 === 0 ? 5 : 1)
  const isWithheld = (user: number, item: number) => item === user || item === (user + 1) % size
  return worldOf(size, size, (user, item) => (isWithheld(user, item) ? 'heldOut' : 'train'), rating)
}

/** Ratings 3 + 1.5 a_u · b_i with vectors of two dimensions, without noise; 70 % are training ratings, the others are held out. */
export function lowRankRatings(users: number, items: number, seed: number): World {
  const random = createRandom(seed, 'low rank')
  const a = unitVectors(users, random)
  const b = unitVectors(items, random)
  return worldOf(
    users,
    items,
    () => (random.uniform() < 0.7 ? 'train' : 'heldOut'),
    (user, item) => 3 + 1.5 * dot(a[user]!, b[item]!),
  )
}

/** Users pick items with probability ∝ exp(4 a_u · b_i), with vectors of two dimensions; a fifth of the picks is held out. */
export function lowRankPicks(users: number, items: number, picks: number, seed: number): World {
  const random = createRandom(seed, 'low rank')
  const a = unitVectors(users, random)
  const b = unitVectors(items, random)
  const picked = a.map((userVector) => {
    const utility = b.map(
      (vector) => 4 * dot(userVector, vector) - Math.log(-Math.log(random.uniform() + 1e-12)),
    )
    return new Set([...utility.keys()].sort((x, y) => utility[y]! - utility[x]!).slice(0, picks))
  })
  return worldOf(
    users,
    items,
    (user, item) => (picked[user]!.has(item) ? (random.uniform() < 0.2 ? 'heldOut' : 'train') : undefined),
    () => 1,
  )
}

function worldOf(
  users: number,
  items: number,
  partOf: (user: number, item: number) => 'train' | 'heldOut' | undefined,
  valueAt: (user: number, item: number) => number,
): World {
  const parts = Array.from({ length: users }, (_, user) =>
    Array.from({ length: items }, (_, item) => partOf(user, item)),
  )
  const take = (part: 'train' | 'heldOut') =>
    matrixOf(users, items, (user, item) => (parts[user]![item] === part ? valueAt(user, item) : undefined))
  const train = take('train')
  return {
    train,
    heldOut: {
      users: Int32Array.from({ length: users }, (_, user) => user),
      histories: train,
      targets: take('heldOut'),
    },
  }
}

function unitVectors(count: number, random: Random): [number, number][] {
  return Array.from({ length: count }, () => {
    const angle = 2 * Math.PI * random.uniform()
    return [Math.cos(angle), Math.sin(angle)]
  })
}

function dot(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] * b[0] + a[1] * b[1]
}
