import { splitRecord } from './csv-records.ts'
import { readTable } from './csv-table.ts'
import type { RatingEvent } from './rating.ts'
import { nameColumns } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import type { Parsed, TextFormat } from './text-format.ts'

/**
 * steam-200k.csv, without column names: user, game, `purchase` or `play`, hours, and 0. The value is the number of hours
 * played. A purchase has none; purchases are left out, or read like plays with the value 1 where the options ask for
 * implicit feedback.
 *
 *     151603712,"The Elder Scrolls V Skyrim",purchase,1.0,0
 *     151603712,"The Elder Scrolls V Skyrim",play,273.0,0
 */
export const steamRatings: TextFormat<RatingEvent> = {
  id: 'steam',
  name: 'Steam steam-200k.csv, user,game,purchase or play,hours,0, without column names',
  match: (head, options) => {
    if (nameColumns(options) || head.filter(isBehavior).length * 2 <= head.length) return undefined
    const parseRating = createRatingParser(options)
    const parse = ([user, game, behavior, hours]: readonly string[]): Parsed<RatingEvent> => {
      if (behavior !== 'purchase' && behavior !== 'play')
        return `the third field is ${JSON.stringify(behavior)}, neither purchase nor play`
      if (options.implicit) return parseRating(user, game, undefined, undefined)
      return behavior === 'purchase' ? undefined : parseRating(user, game, hours, undefined)
    }
    const columns = { user: '1', item: '2', ...(!options.implicit && { value: '4' }) }
    return {
      columns,
      ignored: options.implicit ? ['3', '4', '5'] : ['5'],
      ...(!options.implicit && { unrated: 'a purchase has no hours played' }),
      read: readTable(dialect, { width: 5, parse }),
    }
  },
}

const dialect = { delimiter: ',', isQuoted: true }

function isBehavior(line: string): boolean {
  const record = splitRecord(line, dialect)
  if (!('fields' in record) || record.fields.length !== 5) return false
  const [user, , behavior, hours, last] = record.fields
  return (
    /^\d+$/.test(user!) &&
    (behavior === 'purchase' || behavior === 'play') &&
    /^\d+(\.\d+)?$/.test(hours!) &&
    last === '0'
  )
}
