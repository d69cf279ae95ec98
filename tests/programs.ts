import { join } from 'node:path'
import { inject } from 'vitest'

/** The path of the compiled program for a TypeScript file of the checkout, such as `scripts/import.ts`. */
export function programOf(file: string): string {
  return join(inject('programsFolder'), file.replace(/\.ts$/, '.js'))
}
