import { UnknownBatchError } from '../../ratings/batches.ts'
import type { ConsoleContext } from '../visitor.ts'

/**
 * The batch that the path of a request names.
 *
 * @throws UnknownBatchError if it names none
 */
export function batchIdIn(c: ConsoleContext): number {
  const id = c.req.param('id') ?? ''
  if (!/^\d{1,9}$/.test(id)) throw new UnknownBatchError(Number(id))
  return Number(id)
}
