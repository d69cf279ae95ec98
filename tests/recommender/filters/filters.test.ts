import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { Caches } from '../../../src/caches/caches.ts'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import type { Catalog, CatalogItem } from '../../../src/ratings/item-catalog.ts'
import { type Filter, filterSchema, operators } from '../../../src/recommender/filters/filter.ts'
import {
  type FilterCaches,
  FilterMasks,
  openFilterCaches,
} from '../../../src/recommender/filters/filter-masks.ts'
import { FilterSyntaxError, parseFilter } from '../../../src/recommender/filters/parse-filter.ts'
import { AbortError, OverloadedError } from '../../../src/recommender/inference/inference.ts'

const available = { hidden: false, availableFrom: null, availableUntil: null }

const catalog: Catalog = new Map([
  [
    'heat',
    { title: 'Heat', attributes: { genres: ['Crime', 'Drama'], year: 1995, length: '170' }, ...available },
  ],
  ['alien', { title: 'Alien', attributes: { genres: ['Horror'], year: 1979, restored: true }, ...available }],
  ['big', { title: 'Big "Fish"', attributes: { genres: [], year: 2003 }, ...available }],
  ['bare', { title: null, attributes: {}, ...available }],
])
const items = createIdMap(['heat', 'alien', 'big', 'bare', 'nowhere'])
const masks = new FilterMasks(items, openFilterCaches(new Caches()))
const matching = async (filter: string | Filter) => {
  const mask = await masks.of(typeof filter === 'string' ? parseFilter(filter) : filter, catalog)
  return items.ids.filter((_, item) => mask[item] === 1)
}

describe('a filter', () => {
  test.each([
    ['genres in ["Drama", "Horror"]', ['heat', 'alien']],
    ['genre in ["Drama"]', ['heat']],
    ['genre = "Crime"', ['heat']],
    ['genre != "Crime"', ['alien', 'big', 'bare', 'nowhere']],
    ['year >= 1990', ['heat', 'big']],
    ['year < 1995 or year > 1995', ['alien', 'big']],
    ['not year >= 1990', ['alien', 'bare', 'nowhere']],
    ['year in [1979, 2003]', ['alien', 'big']],
    ['length > 20.5e0', ['heat']],
    ['length in [170]', ['heat']],
    ['restored = true', ['alien']],
    ['title = "Big \\"Fish\\""', ['big']],
    ['id in ["bare", "nowhere"]', ['bare', 'nowhere']],
    ['`title` > "B"', ['heat', 'big']],
    ['title = "Heat" or title = "Alien" and year = 1995', ['heat']],
    ['(title = "Heat" or title = "Alien") and not (year = 1995)', ['alien']],
    ['  year>=1990 and genre="Drama"', ['heat']],
    ['constructor = "x" or toString = "y" or __proto__ = 1', []],
  ])('%s matches %j', async (text, expected) => {
    expect(await matching(text)).toEqual(expected)
  })

  test('compares texts only with texts and numbers only with numbers', async () => {
    expect(await matching('title > 5')).toEqual([])
    expect(await matching('year = "1995"')).toEqual([])
    expect(await matching('restored > 0')).toEqual([])
  })

  test('is the same as JSON and as text', () => {
    const json: Filter = {
      and: [
        {
          or: [
            { attribute: 'genre', in: ['Drama', 'Horror'] },
            { attribute: 'year', operator: '>', value: 2000 },
          ],
        },
        { not: { attribute: 'restored', operator: '=', value: true } },
      ],
    }
    expect(parseFilter('(genre in ["Drama","Horror"] or year > 2000) and not restored = true')).toEqual(json)
    expect(filterSchema.parse(json)).toEqual(json)
  })

  test('as JSON must have one of the defined forms', () => {
    expect(filterSchema.safeParse({ attribute: 'year', value: 1 }).success).toBe(false)
    expect(filterSchema.safeParse({ attribute: 'year', in: [] }).success).toBe(false)
  })

  test.each<[operator: string, around: (inner: unknown) => unknown]>([
    ['not', (inner) => ({ not: inner })],
    ['and', (inner) => ({ and: [{ attribute: 'id', in: ['heat'] }, inner] })],
    ['or', (inner) => ({ or: [inner] })],
  ])('as JSON may be nested by %s up to 20 levels deep', (_, around) => {
    const nested = (levels: number): unknown =>
      levels === 0 ? { attribute: 'year', operator: '=', value: 1 } : around(nested(levels - 1))
    expect(filterSchema.parse(nested(20))).toEqual(nested(20))
    const [issue] = filterSchema.safeParse(nested(21)).error!.issues
    expect(issue).toMatchObject({ path: [], message: 'is nested more than 20 levels deep' })
    let bottomless = nested(0)
    for (let level = 0; level < 100_000; level++) bottomless = around(bottomless)
    expect(filterSchema.safeParse(bottomless).success).toBe(false)
  })
})

describe('a text that is not a filter', () => {
  test.each([
    ['', 'ends at character 1, where an attribute'],
    ['year', 'where in, =, !=, <, <=, >, >= is expected'],
    ['year >=', 'where a text in double quotes, a number, true or false is expected'],
    ['year >= nineteen', 'has "nineteen" at character 8'],
    ['genre in "Comedy"', 'where a list such as ["Comedy"] is expected'],
    ['genre in ["a" "b"]', 'where a comma or a closing bracket is expected'],
    ['(year = 1', 'where a closing parenthesis is expected'],
    ['year = 1 year = 2', 'where "and", "or" or the end is expected'],
    ["title = 'x'", 'cannot be parsed from "\'x\'"'],
    ['title = "\\q"', 'which is not valid JSON'],
    ['process.exit()', 'cannot be parsed from ".exit()"'],
    [`${'('.repeat(500)}year = 1`, 'is nested more than 20 levels deep'],
    [`${'not '.repeat(500)}year = 1`, 'is nested more than 20 levels deep'],
  ])('is rejected: %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message)
  })

  test('never makes the parser fail in another way or hang', () => {
    const piece = fc.constantFrom(
      'year',
      ' ',
      '>=',
      '1990',
      '(',
      ')',
      'and',
      'not',
      'or',
      'in',
      '[',
      ']',
      ',',
      '"a"',
      '`',
      '"',
      '\\',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join(' ')),
        ),
        (text) => {
          try {
            parseFilter(text)
          } catch (error) {
            expect(error).toBeInstanceOf(FilterSyntaxError)
          }
        },
      ),
    )
  })
})

test('a filter is evaluated again when the catalog has changed', async () => {
  const filter = parseFilter('year = 1995')
  const mask = await masks.of(filter, catalog)
  expect(await masks.of(filter, catalog)).toBe(mask)
  expect(mask.buffer).toBeInstanceOf(SharedArrayBuffer)
  const changed = new Map([
    ...catalog,
    ['bare', { title: null, attributes: { year: 1995 }, ...available }] as const,
  ])
  expect([...(await masks.of(filter, changed))]).toEqual([1, 0, 0, 1, 0])
})

describe('any filter', () => {
  const scalar = fc.oneof(
    fc.constantFrom(...['a', 'b', 'B', '', ' ', '5', '-0', '1e1', 'NaN', ' 7 ', 'é', '💿', 'Infinity']),
    fc.integer({ min: -3, max: 12 }),
    fc.constantFrom(0.5, -0),
    fc.boolean(),
  )
  const names = ['x', 'xs', 'y', 'title', 'id', 'ids', 'absent', '__proto__', 'hasOwnProperty']
  const attribute = fc.constantFrom(...names)
  const value = fc.oneof(
    scalar,
    fc.array(fc.oneof(scalar, fc.constant(null))),
    fc.constant(null),
    fc.constant({}),
  )
  const item = fc.record({
    title: fc.option(fc.constantFrom('a', 'b', '5')),
    attributes: fc.dictionary(attribute, value, { noNullPrototype: true }),
  })
  const filter = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4 },
      fc.record({ attribute, operator: fc.constantFrom(...operators), value: scalar }),
      fc.record({ attribute, in: fc.array(scalar, { minLength: 1 }) }),
      fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }) }),
      fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }) }),
      fc.record({ not: tie('filter') }),
    ),
  })).filter

  test('matches the items that meet it one by one', async () => {
    await fc.assert(
      fc.asyncProperty(filter, fc.array(item, { maxLength: 8 }), async (filter, found) => {
        const itemIds = createIdMap(['5', 'a', ...found.map((_, n) => `item ${n}`)])
        const catalog = new Map(found.map((each, n) => [`item ${n}`, { ...each, ...available }]))
        const mask = await new FilterMasks(itemIds, openFilterCaches(new Caches())).of(filter, catalog)
        const expected = itemIds.ids.map((id) => meets(filter, id, catalog.get(id)))
        expect(Array.from(mask, Boolean)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  /** The documented meaning of a filter, for one item. */
  function meets(filter: Filter, id: string, item: CatalogItem | undefined): boolean {
    if ('and' in filter) return filter.and.every((part) => meets(part, id, item))
    if ('or' in filter) return filter.or.some((part) => meets(part, id, item))
    if ('not' in filter) return !meets(filter.not, id, item)
    if ('in' in filter)
      return filter.in.some((value) => meets({ attribute: filter.attribute, operator: '=', value }, id, item))
    const { attribute, operator, value } = filter
    if (operator === '!=') return !meets({ attribute, operator: '=', value }, id, item)
    const all = new Map<string, unknown>([
      ['id', id],
      ['title', item?.title],
      ...Object.entries(item?.attributes ?? {}),
    ])
    const actual = all.has(attribute) ? all.get(attribute) : all.get(`${attribute}s`)
    return [actual].flat().some((single) => {
      const isText = typeof single === 'string' && typeof value === 'number' && single.trim() !== ''
      const comparable = isText ? Number(single) : (single as typeof value)
      if (typeof comparable !== typeof value) return false
      if (operator === '=') return comparable === value
      if (operator === '<') return comparable < value
      if (operator === '<=') return comparable <= value
      return operator === '>' ? comparable > value : comparable >= value
    })
  }
})

describe('the size of a filter', () => {
  const condition = { attribute: 'year', operator: '=', value: 1 } as const
  const many = (count: number) => ({ or: Array(count).fill(condition) })

  test('is limited to 200 conditions at all levels, as JSON and as text', () => {
    expect(filterSchema.safeParse({ and: [many(100), many(100)] }).success).toBe(true)
    for (const filter of [
      many(201),
      { and: [many(100), { not: many(101) }] },
      { or: Array(100_000).fill(1) },
    ])
      expect(filterSchema.safeParse(filter).error!.issues).toMatchObject([
        { path: [], message: 'has more than 200 conditions' },
      ])
    expect(() => parseFilter(Array(201).fill('y=1').join(' or '))).toThrow('has more than 200 conditions')
  })

  test('is limited to 1000 listed values in all', () => {
    const list = (count: number) => ({ attribute: 'id', in: Array(count).fill('heat') })
    expect(filterSchema.safeParse({ or: [list(500), list(500)] }).success).toBe(true)
    expect(filterSchema.safeParse({ or: [list(500), list(501)] }).error!.issues).toMatchObject([
      { path: [], message: 'lists more than 1000 values' },
    ])
  })
})

describe('the evaluation of a filter', () => {
  const itemIds = createIdMap(Array.from({ length: 20_000 }, (_, n) => `item ${n}`))
  const large = new Map(
    itemIds.ids.map((id, n) => [
      id,
      { title: `Title ${(n * 7919) % 20_011}`, attributes: { year: n }, ...available },
    ]),
  )
  const ranges = (from: number) => ({
    or: Array.from({ length: 200 }, (_, n) => ({
      attribute: 'title',
      operator: '>=' as const,
      value: `Title ${from + n}`,
    })),
  })
  let caches: FilterCaches
  let filters: FilterMasks
  beforeEach(() => {
    caches = openFilterCaches(new Caches())
    filters = new FilterMasks(itemIds, caches)
  })

  test('lets other work run in between', async () => {
    let turns = 0
    const count = () => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await Promise.all([1, 2, 3, 4].map((from) => filters.of(ranges(from), large)))
    clearImmediate(timer)
    expect(turns).toBeGreaterThan(10)
  })

  test('runs once for requests at the same time, and ends when all of them are canceled', async () => {
    const [left, right] = [new AbortController(), new AbortController()]
    const evaluated = [left, right].map(({ signal }) => filters.of(ranges(1), large, signal))
    left.abort()
    expect(await evaluated[0]).toBe(await evaluated[1])
    const canceled = filters.of(ranges(2), large, left.signal)
    await expect(canceled).rejects.toThrow(AbortError)
    expect(caches.waitingConditions).toBe(0)
  })

  test('is refused when too many conditions are waiting', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => filters.of(ranges(n), large, AbortSignal.abort())),
    )
    const overloaded = results.filter(
      (result) => result.status === 'rejected' && result.reason instanceof OverloadedError,
    )
    expect(overloaded).toHaveLength(10)
  })

  test('leaves no memory of a model that was closed', async () => {
    await filters.of(ranges(1), large)
    expect([caches.masks.size, caches.columns.size]).toEqual([1, 1])
    filters.dispose()
    expect([caches.masks.size, caches.columns.size]).toEqual([0, 0])
  })
})
