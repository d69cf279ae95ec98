import { matchTable } from './csv-table.ts'
import type { RatingEvent } from './rating.ts'
import { nameColumns, takenOf } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { TextFormat } from './text-format.ts'

interface PublishedTable extends Pick<TextFormat<RatingEvent>, 'id' | 'name' | 'isLatin1'> {
  readonly user: string
  readonly item: string
  readonly value: string
  /** Names of other columns, which distinguish the table from those of other data sets. */
  readonly others?: readonly string[]
}

/**
 * A table with column names, in which the value 0 stands for an interaction without a rating. These rows are left out,
 * or read like all others with the value 1 where the options ask for implicit feedback.
 */
export function tableWithUnratedZeros({
  user,
  item,
  value,
  others = [],
  ...format
}: PublishedTable): TextFormat<RatingEvent> {
  return {
    ...format,
    match: (head, options) => {
      if (nameColumns(options)) return undefined
      return matchTable(head, ({ names }) => {
        if (![user, item, value, ...others].every((name) => names.includes(name))) return undefined
        const [userColumn, itemColumn, valueColumn] = [user, item, value].map((name) => names.indexOf(name))
        const parseRating = createRatingParser(options)
        const ids = { user, item, time: undefined, kind: undefined }
        if (options.implicit)
          return {
            ...takenOf({ ...ids, value: undefined }, names),
            parse: (fields) => parseRating(fields[userColumn!], fields[itemColumn!], undefined, undefined),
          }
        return {
          ...takenOf({ ...ids, value }, names),
          unrated: `a ${value} of 0 means not rated`,
          parse: (fields) => {
            const rating = parseRating(
              fields[userColumn!],
              fields[itemColumn!],
              fields[valueColumn!],
              undefined,
            )
            return typeof rating !== 'string' && rating.value === 0 ? undefined : rating
          },
        }
      })
    },
  }
}
