import { fnv1a32 } from '../random/fnv1a32.ts'
import type { RatingEvent } from './rating.ts'
import { nameColumns } from './rating-columns.ts'
import { createRatingParser } from './rating-fields.ts'
import { parseInstant } from './rating-time.ts'
import type { TextFormat, TextReader } from './text-format.ts'
import { withoutReturn } from './text-lines.ts'

/**
 * behaviors.tsv of MIND: impression, user, time, the news that the user had clicked before, and the news that were
 * shown, each with 1 if it was clicked. Every click has the value 1; those from before have no time.
 *
 *     1	U13740	11/11/2019 9:05:58 AM	N55189 N42782	N55689-1 N35729-0
 *
 * F. Wu et al., MIND: A Large-scale Dataset for News Recommendation (ACL 2020). The zone of the times is not published;
 * they are read as UTC.
 */
export const mindRatings: TextFormat<RatingEvent> = {
  id: 'mind',
  name: 'MIND behaviors.tsv, impression, user, time, history and impressions such as N55689-1, separated by tabs',
  match: (head, options) => {
    if (nameColumns(options) || head.filter(isBehavior).length * 2 <= head.length) return undefined
    return {
      columns: { user: '2', item: '4 and 5', time: '3' },
      ignored: ['1'],
      unrated: 'an impression with -0 was not clicked',
      read: readBehaviors,
    }
  },
}

function isBehavior(line: string): boolean {
  const [, user, time, , impressions = '', ...others] = line.split('\t')
  if (user === undefined || others.length > 0 || Number.isNaN(parseTime(time))) return false
  return impressions.split(' ').every((impression) => /^\S+-[01]$/.test(impression))
}

const parseRating = createRatingParser({})

const readBehaviors: TextReader<RatingEvent> = async function* (blocks, { malformed, unrated }) {
  // a history is repeated in each line of its user
  const histories = new Map<string, number>()
  for await (const { first, lines } of blocks) {
    const page: RatingEvent[] = []
    for (const [index, raw] of lines.entries()) {
      const line = withoutReturn(raw)
      if (line.trim() === '') continue
      const behavior = parseBehavior(line)
      if (typeof behavior === 'string') {
        malformed(first + index, line, behavior)
        continue
      }
      const { userId, history, clicks, ignored } = behavior
      const hash = fnv1a32(history.map(({ itemId }) => itemId).join(' '))
      if (histories.get(userId) !== hash) page.push(...history)
      histories.set(userId, hash)
      page.push(...clicks)
      for (let n = 0; n < ignored; n++) unrated()
    }
    yield page
  }
}

interface Behavior {
  readonly userId: string
  readonly history: readonly RatingEvent[]
  readonly clicks: readonly RatingEvent[]
  /** The number of impressions that were not clicked. */
  readonly ignored: number
}

function parseBehavior(line: string): Behavior | string {
  const [, userId = '', time, history = '', impressions, ...others] = line.split('\t')
  if (impressions === undefined || others.length > 0)
    return `expected 5 fields, found ${line.split('\t').length}`
  const shown = impressions.split(' ').filter((impression) => impression !== '')
  const odd = shown.find((impression) => !/-[01]$/.test(impression))
  if (odd !== undefined) return `the impression ${JSON.stringify(odd)} does not end in -0 or -1`
  const seconds = parseTime(time)
  const clicked = shown.filter((impression) => impression.endsWith('-1')).map((text) => text.slice(0, -2))
  const before = history.split(' ').filter((itemId) => itemId !== '')
  const ratings = [
    ...before.map((itemId) => parseRating(userId, itemId, undefined, undefined)),
    ...clicked.map((itemId) => parseRating(userId, itemId, undefined, seconds)),
  ]
  const flaw = ratings.find((rating) => typeof rating === 'string')
  if (flaw !== undefined) return flaw
  const events = ratings as RatingEvent[]
  return {
    userId,
    history: events.slice(0, before.length),
    clicks: events.slice(before.length),
    ignored: shown.length - clicked.length,
  }
}

const date = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (0?\d|1[0-2]):(\d\d:\d\d) ([AP])M$/

/** Unix seconds of `11/11/2019 9:05:58 AM`; NaN for other texts. */
function parseTime(text = ''): number {
  const [, month, day, year, hour, minutes, half] = date.exec(text) ?? []
  if (half === undefined) return Number.NaN
  const hours = (Number(hour) % 12) + (half === 'P' ? 12 : 0)
  const [twoMonth, twoDay, twoHours] = [month, day, String(hours)].map((part) => part!.padStart(2, '0'))
  return parseInstant(`${year}-${twoMonth}-${twoDay}T${twoHours}:${minutes}`)
}
