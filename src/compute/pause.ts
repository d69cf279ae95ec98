import { setImmediate } from 'node:timers/promises'

/**
 * Ends a step of a long computation, so that signals are noticed and other computations of the thread continue. Messages that
 * arrive meanwhile, such as requests for lists, are handled in three turns of the event loop before the next step.
 */
export async function pause(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate()
}
