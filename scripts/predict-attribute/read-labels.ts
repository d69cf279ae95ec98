import { readFile } from 'node:fs/promises'
import { splitRecord } from '../../src/ratings/csv-records.ts'
import { RatingsInputError } from '../../src/ratings/malformed-lines.ts'

/**
 * The values of an attribute by user, from a CSV file with a header.
 *
 * @throws RatingsInputError if the file cannot be read or lacks a column, or a line is malformed
 */
export async function readLabels(path: string, attribute: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new RatingsInputError(`The labels cannot be read from ${path}: ${cause.message}`, { cause })
  })
  const [header, ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (header!.trim() === '')
    throw new RatingsInputError(
      `${path} has no header: its first line must name the columns userId and ${attribute}`,
    )
  const names = fieldsOf(header!, path, 1)
  const [userColumn, column] = ['userId', attribute].map((name) => {
    const found = names.indexOf(name)
    if (found >= 0) return found
    throw new RatingsInputError(`${path} has no column ${name}; its columns are ${names.join(', ')}`)
  })
  const labels = new Map<string, string>()
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') continue
    const fields = fieldsOf(line, path, n + 2)
    const [userId, value] = [fields[userColumn!], fields[column!]]
    if (userId && value) labels.set(userId, value)
  }
  return labels
}

function fieldsOf(line: string, path: string, number: number): readonly string[] {
  const record = splitRecord(line, { delimiter: ',', isQuoted: true })
  if ('fields' in record) return record.fields
  throw new RatingsInputError(`Line ${number} of ${path} is malformed: the quotes are unbalanced`)
}
