import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Transaction } from '../db/database.ts'

/**
 * Sends text in COPY's format into the statement ``transaction`copy … from stdin` ``, in constant memory.
 * An error of `chunks` ends the statement and is rethrown.
 */
export async function copyIn(
  transaction: Transaction,
  statement: ReturnType<Transaction>,
  chunks: AsyncIterable<string>,
): Promise<void> {
  const stream = await statement.writable()
  // errors are thrown below, where the stream is awaited
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

type CopyValue = string | number | boolean | null

/** A row in COPY's text format, with its line end. https://www.postgresql.org/docs/current/sql-copy.html */
export function copyLine(values: readonly CopyValue[]): string {
  return `${values.map(copyField).join('\t')}\n`
}

/**
 * Ends a COPY. If PostgreSQL rejects the last rows, the driver does not pass the error to the stream, which never
 * finishes; but the transaction is aborted, so that the next statement fails.
 */
async function endCopy(transaction: Transaction, stream: Writable): Promise<void> {
  await new Promise((written) => stream.write('', written))
  stream.end()
  // the driver accepts no statement before it has processed the end of the stream
  await setImmediate()
  await transaction`select 1`.catch((cause: unknown) => {
    throw (
      stream.errored ??
      new Error('PostgreSQL rejected the last copied rows; its log states the reason', { cause })
    )
  })
}

function copyField(value: CopyValue): string {
  if (value === null) return '\\N'
  if (typeof value !== 'string') return String(value)
  return /[\\\t\n\r]/.test(value) ? value.replaceAll(/[\\\t\n\r]/g, (char) => escapes[char]!) : value
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
