import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createIdMap } from '../../../src/interactions/id-map.ts'
import type { Catalog } from '../../../src/ratings/item-catalog.ts'
import { type Filter, filterSchema } from '../../../src/recommender/filters/filter.ts'
import { FilterMasks } from '../../../src/recommender/filters/filter-masks.ts'
import { FilterSyntaxError, parseFilter } from '../../../src/recommender/filters/parse-filter.ts'

const catalog: Catalog = new Map([
  ['heat', { title: 'Heat', attributes: { genres: ['Crime', 'Drama'], year: 1995, length: '170' } }],
  ['alien', { title: 'Alien', attributes: { genres: ['Horror'], year: 1979, restored: true } }],
  ['big', { title: 'Big "Fish"', attributes: { genres: [], year: 2003 } }],
  ['bare', { title: null, attributes: {} }],
])
const items = createIdMap(['heat', 'alien', 'big', 'bare', 'nowhere'])
const masks = new FilterMasks(items)
const matching = (filter: string | Filter) => {
  const mask = masks.of(typeof filter === 'string' ? parseFilter(filter) : filter, catalog)
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
  ])('%s matches %j', (text, expected) => {
    expect(matching(text)).toEqual(expected)
  })

  test('compares texts only with texts and numbers only with numbers', () => {
    expect(matching('title > 5')).toEqual([])
    expect(matching('year = "1995"')).toEqual([])
    expect(matching('restored > 0')).toEqual([])
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
    ['', 'has its end at character 1, where an attribute'],
    ['year', 'where in, =, !=, <, <=, >, >= is expected'],
    ['year >=', 'where a text in double quotes, a number, true or false is expected'],
    ['year >= nineteen', 'has nineteen at character 8'],
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

test('a filter is evaluated again when the catalog has changed', () => {
  const filter = parseFilter('year = 1995')
  const mask = masks.of(filter, catalog)
  expect(masks.of(filter, catalog)).toBe(mask)
  expect(mask.buffer).toBeInstanceOf(SharedArrayBuffer)
  const changed = new Map([...catalog, ['bare', { title: null, attributes: { year: 1995 } }] as const])
  expect([...masks.of(filter, changed)]).toEqual([1, 0, 0, 1, 0])
})
