import { starWeights } from '../config/event-kinds.ts'
import { kindOf } from './event-names.ts'
import { flawOfId, isValue, maxValue } from './limits.ts'
import type { RatingEvent } from './rating.ts'
import type { ColumnOptions } from './rating-columns.ts'
import { parseTime } from './rating-time.ts'

/**
 * A rating from the texts of its fields, or the reason why they are not valid. Without a `value` and a `kind` the
 * rating is implicit with the value 1; an empty `time` is a missing time; an empty `value` of an event is the weight of
 * its kind.
 */
export type ParseRating = (
  userId: string | undefined,
  itemId: string | undefined,
  value: string | number | undefined,
  time: string | number | undefined,
  kind?: string | undefined,
) => RatingEvent | string

export function createRatingParser({ kinds, weights = starWeights }: ColumnOptions): ParseRating {
  const known = new Map<string, ReturnType<typeof kindOf>>()
  const findKind = (name: string) => {
    const kind = known.get(name) ?? kindOf(name, kinds)
    if (kind !== undefined) known.set(name, kind)
    return kind
  }
  return (userId, itemId, valueText, timeText, kindName) => {
    const flaw = idFlaw('user', userId) ?? idFlaw('item', itemId)
    if (flaw !== undefined) return flaw
    const kind = kindName === undefined ? undefined : findKind(kindName)
    if (kindName !== undefined && kind === undefined)
      return `the kind of event ${JSON.stringify(kindName)} is not known; --kinds says what it is`
    const weight = kind === undefined ? 1 : (kind.weight ?? weights[kind.kind])
    const value =
      valueText === undefined || (kind !== undefined && valueText === '') ? weight : parseValue(valueText)
    if (value === undefined)
      return kind !== undefined && (valueText === undefined || valueText === '')
        ? `an event of the kind ${kind.kind} needs a value, or a weight as in --kinds ${kindName}=${kind.kind}:3.5`
        : valueText === ''
          ? 'the value is missing; with --implicit every row has the value 1'
          : `the value is not a number from -${maxValue} to ${maxValue}`
    const time = timeText === undefined || timeText === '' ? undefined : parseTime(timeText)
    if (Number.isNaN(time))
      return 'the time is neither Unix time nor ISO 8601 between 1970 and a day from now'
    const rating = { userId: userId!, itemId: itemId!, value }
    if (kind !== undefined) return { ...rating, kind: kind.kind, ...(time !== undefined && { time }) }
    return time === undefined ? rating : { userId: userId!, itemId: itemId!, value, time }
  }
}

/** Why `id` is not a valid id, if it is not. */
export function idFlaw(kind: 'user' | 'item', id: string | undefined): string | undefined {
  const flaw = flawOfId(id ?? '') ?? (id!.includes('\uFFFD') ? 'is not valid UTF-8' : undefined)
  return flaw === undefined ? undefined : `the ${kind} id ${flaw}`
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function parseValue(text: string | number): number | undefined {
  const number = typeof text === 'number' || decimal.test(text) ? Number(text) : Number.NaN
  return isValue(number) ? number : undefined
}
