import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Transaction } from '../db/database.ts'

/**
 * Sends text in COPY's format into the statement ``transaction`copy … from stdin` ``, in constant memory.
 * What `chunks` throws ends the statement and passes through.
 */
export async function copyIn(
  transaction: Transaction,
  statement: ReturnType<Transaction>,
  chunks: AsyncIterable<string>,
): Promise<void> {
  const stream = await statement.writable()
  // Errors are thrown below, from where the stream stands.
  stream.on('error', () => {})
  try {
    for await (const chunk of chunks) {
      if (stream.errored) throw stream.errored
      if (!stream.write(chunk)) await once(stream, 'drain')
    }
  } catch (error) {
    stream.destroy(error as Error)
    throw error
  }
  await endCopy(transaction, stream)
}

/** A row in COPY's text format, with its line end. https://www.postgresql.org/docs/current/sql-copy.html */
export function copyLine(values: readonly (string | number | null)[]): string {
  return `${values.map(copyField).join('\t')}\n`
}

/**
 * Ends a COPY. Where PostgreSQL refuses the last rows the driver never tells the stream, which then never
 * finishes; but the transaction is aborted, which the next statement tells.
 */
async function endCopy(transaction: Transaction, stream: Writable): Promise<void> {
  await new Promise((written) => stream.write('', written))
  stream.end()
  // The driver takes no statement before it has seen the stream's end.
  await setImmediate()
  await transaction`select 1`.catch((cause: unknown) => {
    throw (
      stream.errored ??
      new Error('PostgreSQL refused the last of the copied rows; its log says why', { cause })
    )
  })
}

function copyField(value: string | number | null): string {
  if (value === null) return '\\N'
  if (typeof value === 'number') return String(value)
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (char) => escapes[char]!) : value
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
