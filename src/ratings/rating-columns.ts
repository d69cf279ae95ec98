// Decides what the columns of a file are: by the options, else by their usual names and first values. What is not
// certain is refused, since a column that is taken for another, or not read, gives ratings that are all valid and wrong.
import type { EventWeights, KindNames } from '../config/event-kinds.ts'
import { kindOf } from './event-names.ts'
import { clip, RatingsInputError } from './malformed-lines.ts'
import { parseTime } from './rating-time.ts'
import { guess, plainName, type Role, roles, usualNames } from './usual-columns.ts'

/** The columns of a file and what their values mean; what is undefined is decided by names and first values. */
export interface ColumnOptions {
  /** The format of the file, an id of `ratingsFormats`; by default recognized by its first lines. */
  readonly format?: string | undefined
  readonly user?: string | undefined
  readonly item?: string | undefined
  readonly value?: string | undefined
  readonly time?: string | undefined
  readonly kind?: string | undefined
  /** The kinds of events that values of the column of kinds stand for, apart from the usual ones. */
  readonly kinds?: KindNames | undefined
  /** The values of events that have none; by default as on a scale of five stars. */
  readonly weights?: EventWeights | undefined
  /** Whether every row is an interaction of the value 1, whatever its other columns contain. */
  readonly implicit?: boolean | undefined
}

/** Whether options name columns, so that the file is a table. */
export function nameColumns(options: ColumnOptions): boolean {
  return roles.some((role) => options[role] !== undefined)
}

/** The names of the columns of a rating. */
export interface FoundColumns {
  readonly user: string
  readonly item: string
  readonly value: string | undefined
  readonly time: string | undefined
  readonly kind: string | undefined
}

/** The columns of a file, and the first values of each. */
export interface NamedColumns {
  readonly names: readonly string[]
  sample(name: string): readonly string[]
}

/**
 * Finds the columns of a rating; undefined if a column that is needed or named by an option is missing.
 *
 * @throws RatingsInputError when it is not certain which column has the values
 */
export function findColumns(
  { names, sample }: NamedColumns,
  options: ColumnOptions,
): FoundColumns | undefined {
  if (roles.some((role) => options[role] !== undefined && !names.includes(options[role]))) return undefined
  const find = (role: Role) => options[role] ?? guess(names, usualNames[role])
  const [user, item, time] = [find('user'), find('item'), find('time')]
  if (user === undefined || item === undefined) return undefined
  const found = { user, item, value: options.value, time, kind: options.kind }
  if (!options.implicit) {
    found.value ??= options.kind === undefined ? guess(names, usualNames.value) : undefined
    if (found.value === undefined) found.kind ??= guess(names, usualNames.kind)
    requireCertainty(found, { names, sample }, options)
  }
  requireDistinct(found, names)
  return found
}

/** The columns of `names` that are read, and the others. */
export function takenOf(found: FoundColumns, names: readonly string[]) {
  const taken = Object.entries(found).filter(([, name]) => name !== undefined) as [string, string][]
  const read = new Set(taken.map(([, name]) => name))
  return { columns: Object.fromEntries(taken), ignored: names.filter((name) => !read.has(name)) }
}

/** Whether the values are Unix times: numbers from 1973 on, in seconds or milliseconds. */
export function areUnixTimes(values: readonly string[]): boolean {
  const filled = values.filter((value) => value !== '')
  return filled.length > 0 && filled.every((value) => Number(value) >= 1e8 && !Number.isNaN(parseTime(value)))
}

function requireCertainty(found: FoundColumns, columns: NamedColumns, options: ColumnOptions): void {
  const { value, kind } = found
  if (value !== undefined && options.value === undefined && areUnixTimes(columns.sample(value)))
    throw new RatingsInputError(
      `The values of the column ${value} look like times (${firstOf(columns.sample(value))}). --time ${value} --implicit reads them as times.`,
    )
  if (kind !== undefined) requireKnownKinds(kind, columns.sample(kind), options)
  if (value !== undefined || kind !== undefined) return
  const numeric = possibleValues(found, columns)
  if (numeric.length > 0)
    throw new RatingsInputError(
      `No column is known to have the ratings, but ${numeric.map((name) => `${name} (${firstOf(columns.sample(name))})`).join(', ')} may. --value ${numeric[0]} reads it; --implicit gives every row the value 1.`,
    )
}

/** Columns of numbers that are neither ids nor times. */
function possibleValues(found: FoundColumns, { names, sample }: NamedColumns): readonly string[] {
  return takenOf(found, names).ignored.filter((name) => {
    const values = sample(name)
    const isIdOrNumber = name === '' || /(id|index)$/.test(plainName(name)) || /^unnamed/i.test(name)
    const areNumbers = values.length > 0 && values.every((value) => /^[+-]?\d*[.,]?\d+$/.test(value))
    return areNumbers && !isIdOrNumber && !areUnixTimes(values)
  })
}

function requireKnownKinds(column: string, values: readonly string[], options: ColumnOptions): void {
  const unknown = [...new Set(values)].filter((value) => kindOf(value, options.kinds) === undefined)
  if (unknown.length === 0) return
  const example = unknown.map((value) => `${value}=view`).slice(0, 3)
  throw new RatingsInputError(
    `The column ${column} has values that are no known kinds of events: ${unknown.slice(0, 10).map(clip).join(', ')}. --kinds says what they are, as in --kind ${column} --kinds ${example.join(',')}; a kind of your own has a weight, as in ${unknown[0]}=save:3.5; --implicit gives every row the value 1.`,
  )
}

function requireDistinct(found: FoundColumns, names: readonly string[]): void {
  for (const name of Object.values(found))
    if (name !== undefined && names.indexOf(name) !== names.lastIndexOf(name))
      throw new RatingsInputError(`There are several columns ${name}; rename all but one`)
}

function firstOf(values: readonly string[]): string {
  return values
    .slice(0, 3)
    .map((value) => clip(value))
    .join(', ')
}
