import { totalmem } from 'node:os'

/**
 * For those who are about to allocate what may not fit, and would otherwise be killed without a word.
 *
 * @param remedy what to do instead, to end the message
 * @throws RangeError when `bytes` for `purpose` are more than this machine, or this container, has.
 */
export function requireMemory(bytes: number, purpose: string, remedy: string): void {
  const constrained = process.constrainedMemory()
  const available = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  if (bytes > available)
    throw new RangeError(
      `${purpose} needs ${gigabytes(bytes)} of memory, and this machine has ${gigabytes(available)}: ${remedy}`,
    )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
