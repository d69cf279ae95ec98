// Quarantine, release and undo of batches, as on the command line.
import type { Hono } from 'hono'
import { z } from 'zod'
import type { ConsoleDependencies } from '../dependencies.ts'
import { authorOf, readForm, reasonField } from '../form.ts'
import { rootOf } from '../link.tsx'
import type { ConsoleContext, ConsoleEnvironment } from '../visitor.ts'
import { batchIdIn } from './batch-path.ts'

export function addBatchChanges(
  pages: Hono<ConsoleEnvironment>,
  { batches }: Pick<ConsoleDependencies, 'batches'>,
): void {
  const backToBatch = (c: ConsoleContext) => c.redirect(`${rootOf(c.req.path)}data/${batchIdIn(c)}`, 303)
  pages.post('/data/:id/quarantine', async (c) => {
    const { reason } = await readForm(c, { reason: reasonField })
    await batches.quarantine(batchIdIn(c), `${reason}, by ${authorOf(c)}`)
    return backToBatch(c)
  })
  pages.post('/data/:id/release', async (c) => {
    await batches.release(batchIdIn(c))
    return backToBatch(c)
  })
  pages.post('/data/:id/undo', async (c) => {
    const { reason } = await readForm(c, {
      reason: reasonField,
      confirmed: z.literal('yes', 'check the box: undo deletes ratings for good'),
    })
    await batches.undo(batchIdIn(c), `${reason}, by ${authorOf(c)}`)
    return backToBatch(c)
  })
}
