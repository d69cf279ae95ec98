// Which items may be recommended, as by PUT /items.
import type { Hono } from 'hono'
import { z } from 'zod'
import { parseInstant } from '../../ratings/rating-time.ts'
import { UnknownItemError } from '../../recommender/served-model.ts'
import type { ConsoleDependencies } from '../dependencies.ts'
import { InvalidFormError, readForm } from '../form.ts'
import { rootOf } from '../link.tsx'
import { requireId } from '../users/user-path.ts'
import type { ConsoleContext, ConsoleEnvironment } from '../visitor.ts'
import { itemPath } from './item-path.ts'

type Change = Omit<Parameters<ConsoleDependencies['catalog']['save']>[0][number], 'id'>

export function addItemChanges(
  pages: Hono<ConsoleEnvironment>,
  { catalog }: Pick<ConsoleDependencies, 'catalog'>,
): void {
  pages.post('/items/hide', async (c) => save(c, await readForm(c, { id: z.string() }), { hidden: true }))
  pages.post('/items/show', async (c) => save(c, await readForm(c, { id: z.string() }), { hidden: false }))
  pages.post('/items/dates', async (c) => {
    const { from, until, ...named } = await readForm(c, { id: z.string(), from: timeField, until: timeField })
    if (from && until && from >= until)
      throw new InvalidFormError(
        'The fields of the form are invalid: the second date must be later than the first.',
      )
    return save(c, named, { availableFrom: from, availableUntil: until })
  })

  async function save(c: ConsoleContext, { id }: { id: string }, change: Change): Promise<Response> {
    const itemId = requireId(id)
    if ((await catalog.find(itemId)) === undefined)
      throw new UnknownItemError(`There is no item "${itemId}".`)
    await catalog.save([{ id: itemId, ...change }])
    return c.redirect(rootOf(c.req.path) + itemPath(itemId), 303)
  }
}

/** A time in UTC without a zone, as a browser sends it; null for no limit. */
const timeField = z.string().transform((text, context): Date | null => {
  if (text === '') return null
  const seconds = parseInstant(`${text}Z`)
  if (!Number.isNaN(seconds)) return new Date(seconds * 1000)
  context.addIssue('it must be a time such as 2026-12-01T00:00')
  return z.NEVER
})
