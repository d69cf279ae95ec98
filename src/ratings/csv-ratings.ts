import { matchTable } from './csv-table.ts'
import type { Rating } from './rating.ts'
import { findColumns } from './rating-columns.ts'
import { ratingFromFields } from './rating-fields.ts'
import type { TextFormat } from './text-format.ts'

/** Values separated by commas, tabs, semicolons or bars, after a line of column names. */
export const csvRatings: TextFormat<Rating> = {
  name: 'CSV or TSV with a line of column names such as userId,movieId,rating,timestamp',
  match: (head, columns) =>
    matchTable(head, (names) => {
      const found = findColumns(names, columns)
      if (found === undefined) return undefined
      const [user, item] = [names.indexOf(found.user), names.indexOf(found.item)]
      const value = found.value === undefined ? undefined : names.indexOf(found.value)
      const time = found.time === undefined ? undefined : names.indexOf(found.time)
      return (fields) =>
        ratingFromFields(
          fields[user]!.trim(),
          fields[item]!.trim(),
          value === undefined ? undefined : fields[value]!.trim(),
          time === undefined ? undefined : fields[time]!.trim(),
        )
    }),
}
