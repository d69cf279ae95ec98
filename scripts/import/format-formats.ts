import { ratingsFormats } from '../../src/ratings/ratings-formats.ts'
import type { Result } from '../terminal/print-result.ts'

/** The formats of ratings in the order in which they are tried. */
export function formatFormats(): Result {
  const document = ratingsFormats.map(({ id, name, dataSets = [] }) => ({ format: id, name, dataSets }))
  const rows = document.flatMap(({ format, name, dataSets }) => [
    [format, name],
    ...(dataSets.length === 0 ? [] : [['', `such as ${dataSets.join(', ')}`]]),
  ])
  return { document, text: rows.map(([format, name]) => `${format!.padEnd(16)}${name}`).join('\n') }
}
