// A history that is changed to see other lists; nothing is stored.
import { z } from 'zod'
import { storedIdSchema } from '../../ratings/id-schema.ts'
import { maxValue } from '../../ratings/limits.ts'
import type { TimelinePosition } from '../../ratings/postgres-user-timeline.ts'
import type { RatedItem } from '../../ratings/user-ratings.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError } from '../form.ts'
import { findItemNamed } from '../items/find-item.ts'
import type { ConsoleContext } from '../visitor.ts'
import { requireId } from './user-path.ts'

/** The changes of a history. */
export interface WhatIf {
  /** Items whose ratings are left out. */
  readonly without: ReadonlySet<string>
  /** Ratings that are added; one of an item that has a rating replaces it. */
  readonly added: readonly RatedItem[]
  /** Why the text of the form names no item to add. */
  readonly refusal: string | null
}

export const unchanged: WhatIf = { without: new Set(), added: [], refusal: null }

export function isChanged({ without, added }: WhatIf): boolean {
  return without.size > 0 || added.length > 0
}

/** The ratings of the stored history that are left, followed by the added ones. */
export function applyWhatIf(stored: readonly RatedItem[], { without, added }: WhatIf): readonly RatedItem[] {
  return [...stored.filter(({ itemId }) => !without.has(itemId)), ...added]
}

/** The value of a checkbox that adds a rating. */
export function formatAdded({ itemId, value }: RatedItem): string {
  return JSON.stringify([itemId, value])
}

export interface WhatIfForm {
  readonly userId: string
  readonly whatIf: WhatIf
  readonly after: TimelinePosition | undefined
  /** The model and the item of the button that was pressed to explain an item. */
  readonly why: readonly [model: string, itemId: string] | undefined
}

/**
 * Reads the form of the page of a user. It lists the ratings that it shows as `listed`, those that are checked as `kept`,
 * and those that are left out elsewhere as `without`.
 *
 * @throws InvalidFormError
 */
export async function readWhatIf(
  c: ConsoleContext,
  dependencies: Pick<ConsoleDependencies, 'catalog' | 'findItems'>,
): Promise<WhatIfForm> {
  const fields = await c.req.formData()
  const textsOf = (name: string) => fields.getAll(name).map(String)
  const kept = new Set(textsOf('kept'))
  const unchecked = textsOf('listed').filter((itemId) => !kept.has(itemId))
  const addedTexts = textsOf('added')
  if (addedTexts.length > maxAdded)
    throw new InvalidFormError(
      `A history can have at most ${maxAdded} added items: go back and uncheck some.`,
    )
  const added = addedTexts.map((text) => parseField('added', addedSchema, text))
  const whatIf = {
    without: new Set([...textsOf('without'), ...unchecked]),
    added: added.map(([itemId, value]) => ({ itemId, value })),
    refusal: null,
  }
  const why = fields.get('why')
  const after = fields.get('after')
  return {
    userId: requireId(fields.get('id')),
    whatIf:
      why === null ? await addItem(whatIf, textsOf('add')[0], textsOf('value')[0], dependencies) : whatIf,
    after: after === null ? undefined : parsePosition(String(after)),
    why: why === null ? undefined : parseField('why', z.tuple([z.string(), storedIdSchema]), String(why)),
  }
}

/** Showing thousands would keep the service from other requests for seconds. */
const maxAdded = 1000
const addedSchema = z.tuple([storedIdSchema, z.number().min(-maxValue).max(maxValue)])

/** @throws InvalidFormError */
export function parsePosition(text: string): TimelinePosition {
  return parseField('after', z.tuple([z.int(), storedIdSchema]), text)
}

function parseField<T extends z.ZodType>(name: string, schema: T, text: string): z.output<T> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new InvalidFormError(`The field ${name} of the form is invalid: reload the page.`, { cause })
  }
}

/** Adds the item with this id, or else the first one that the search finds by its title. */
async function addItem(
  whatIf: WhatIf,
  text: string | undefined,
  valueText: string | undefined,
  dependencies: Pick<ConsoleDependencies, 'catalog' | 'findItems'>,
): Promise<WhatIf> {
  const wanted = text?.trim() ?? ''
  if (wanted === '') return whatIf
  const value = Number(valueText?.trim() || Number.NaN)
  if (!(Math.abs(value) <= maxValue))
    return { ...whatIf, refusal: `The rating must be a number from -${maxValue} to ${maxValue}.` }
  const itemId = await findItemNamed(wanted, dependencies)
  if (itemId === undefined) return { ...whatIf, refusal: `No item has the id or the title “${wanted}”.` }
  return { ...whatIf, added: [...whatIf.added.filter((item) => item.itemId !== itemId), { itemId, value }] }
}
