import { expect, test } from 'vitest'
import { createEncoder, featureCount, type ItemAttributes } from '../../src/attributes/attribute-encoding.ts'
import { learnEncoding } from '../../src/attributes/learn-encoding.ts'
import { rowOf } from '../../src/interactions/csr/csr-matrix.ts'

const films = (count: number, attributesOf: (n: number) => ItemAttributes | undefined) =>
  Array.from({ length: count }, (_, n) => attributesOf(n))

test('encodes each category that three items share, of lists as of single values', () => {
  const encoding = learnEncoding([
    { genres: ['Drama', 'War'], studio: 'A', isDubbed: true },
    { genres: ['Drama'], studio: 'A', isDubbed: false },
    { genres: 'Drama', studio: 'A', isDubbed: true },
    { genres: ['War', 'War'], studio: 'B', isDubbed: true },
    { genres: ['Noir', 'War'], director: 'C' },
    undefined,
  ])
  expect(encoding).toEqual([
    { kind: 'categories', name: 'genres', values: ['Drama', 'War'] },
    { kind: 'categories', name: 'isDubbed', values: ['true'] },
    { kind: 'categories', name: 'studio', values: ['A'] },
  ])
  const features = createEncoder(encoding)([
    { genres: ['War', 'Drama'], studio: 'B' },
    { isDubbed: true },
    {},
  ])
  expect([0, 1, 2].map((item) => [...rowOf(features, item).indices])).toEqual([[0, 1], [2], []])
})

test('encodes a number by its standardized value and its bin, also where it is stored as text', () => {
  const items = films(100, (n) => ({ year: n % 2 ? 1900 + n : String(1900 + n) }))
  const [year] = learnEncoding(items)
  expect(year).toMatchObject({ kind: 'number', name: 'year', mean: 1949.5 })
  expect(year).toHaveProperty('std', expect.closeTo(29.01, 2))
  const features = createEncoder([year!])([
    { year: 1900 },
    { year: '1949.5' },
    { year: 9999 },
    { year: 'soon' },
  ])
  expect(features.columns).toBe(11)
  expect([...rowOf(features, 0).indices]).toEqual([0, 1])
  expect(rowOf(features, 0).values[0]).toBeCloseTo(-49.5 / 29.01, 2)
  expect(rowOf(features, 1).values[0]).toBeCloseTo(0)
  expect([...rowOf(features, 2).indices]).toEqual([0, 10])
  expect([...rowOf(features, 2).values]).toEqual([3, 1])
  expect(rowOf(features, 3).indices).toHaveLength(0)
})

test('leaves out what distinguishes no items: unique texts, one value in all items, nested objects', () => {
  const items = films(20, (n) => ({ sku: `s${n}`, currency: 'EUR', size: { cm: n }, note: null }))
  expect(learnEncoding(items)).toEqual([])
})

test('reads ten different numbers as codes, and numbers among many texts as categories', () => {
  const items = films(40, (n) => ({ age: n % 10, disc: n % 3 ? `d${n % 5}` : n, year: n === 7 ? 'lost' : n }))
  expect(learnEncoding(items).map(({ kind, name }) => [kind, name])).toEqual([
    ['categories', 'age'],
    ['categories', 'disc'],
    ['number', 'year'],
  ])
})

test('leaves out numbers too large for a standard deviation, which an artifact could not hold', () => {
  for (const hash of ['7e299', 1.7e308]) {
    const items = Array.from({ length: 40 }, (_, n) => ({ hash: n < 4 ? hash : n, year: 1980 + n }))
    expect(learnEncoding(items).map(({ kind, name }) => [kind, name])).toEqual([
      ['categories', 'hash'],
      ['number', 'year'],
    ])
  }
})

test('is bounded: the most frequent 256 categories of many', () => {
  const items = films(6000, (n) => ({ tag: `t${n % 1500}`, year: n, genre: n % 2 ? 'a' : 'b' }))
  const encoding = learnEncoding(items)
  expect(encoding.reduce((sum, attribute) => sum + featureCount(attribute), 0)).toBe(256)
  expect(encoding).toContainEqual({ kind: 'categories', name: 'genre', values: ['a', 'b'] })
})

test('a property that all objects inherit is no attribute', () => {
  const encoding = [{ kind: 'categories' as const, name: 'constructor', values: ['x'] }]
  expect(createEncoder(encoding)([{}]).indices).toHaveLength(0)
})
