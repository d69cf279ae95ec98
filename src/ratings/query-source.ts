import { ForeignQueryError, type ForeignRows, nameOfDatabase, queryForeign } from '../db/foreign-query.ts'
import { clip, createMalformedLines, naming, RatingsInputError } from './malformed-lines.ts'
import { parseRows, ratingRows } from './named-rows.ts'
import type { RatingEvent } from './rating.ts'
import { notEmpty, openItems, type RatingsFilesSource, type RatingsSourceOptions } from './ratings-source.ts'
import { createStart, type ReadAs, type ReadFileOptions } from './read-file.ts'

/** A query on a PostgreSQL server. */
export interface RatingsQuery {
  readonly url: string
  readonly sql: string
}

/**
 * The ratings that a query returns. Its columns are found by their names; a row counts as a line.
 *
 * @throws RatingsInputError when the URL is not one. Reading throws it too, when the query fails and as for files.
 */
export async function openQuerySource(
  query: RatingsQuery,
  options: RatingsSourceOptions = {},
): Promise<RatingsFilesSource> {
  const malformed = createMalformedLines(options.maxMalformed ?? 0)
  const readAs: ReadAs[] = []
  const shared = { ...options, malformed, onReadAs: (as: ReadAs) => void readAs.push(as) }
  return {
    name: `query on ${asInput(() => nameOfDatabase(query.url))}`,
    bytes: undefined,
    ratings: () => notEmpty('The result of the query', readQuery(query, shared)),
    items: await openItems(shared),
    malformed,
    readAs,
    unused: [],
  }
}

const file = 'query'

async function* readQuery(
  { url, sql }: RatingsQuery,
  options: ReadFileOptions,
): AsyncGenerator<RatingEvent[]> {
  const pages = queryForeign(url, sql, options.signal)
  const next = async (): Promise<ForeignRows | undefined> => {
    const { value, done } = await pages.next().catch((error: unknown) => {
      throw inputError(error)
    })
    return done ? undefined : value
  }
  try {
    const { names } = (await next())!
    let page = await next()
    const head = page?.rows.slice(0, headSize) ?? []
    const parser = naming(file, () => ratingRows(names, head, options.columns ?? {}))
    if (parser === undefined)
      throw new RatingsInputError(
        `The query has the columns ${names.map(clip).join(', ')}, and no known ones for the ids. Name the columns with --user, --item, --value and --time, or with "as" in the query.`,
      )
    const reading = createStart(file, options)('PostgreSQL', parser)
    for (let first = 1; page !== undefined; page = await next()) {
      yield parseRows(page.rows, first, parser, reading)
      first += page.rows.length
    }
  } finally {
    await pages.return(undefined)
  }
}

// as many as lines of a file
const headSize = 1000

function asInput<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw inputError(error)
  }
}

function inputError(error: unknown): unknown {
  return error instanceof ForeignQueryError ? new RatingsInputError(error.message, { cause: error }) : error
}
