// The driver goes on with a transaction whose connection is gone: it sends the rollback, or whatever else the transaction
// comes to, where no socket is any more, and ends the process by that (github.com/porsager/postgres/issues/1208).
import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseUnavailable } from './connection-errors.ts'
import type { Sql, Transaction } from './pool.ts'

type Work = (transaction: Transaction) => Promise<unknown>
type Begin = (options: string, work: Work) => Promise<unknown>

/** Lets what a transaction comes to go nowhere once its connection is lost; `begin` itself throws that it is. */
export function keepLostTransactionsSilent(sql: Sql): Sql {
  const begin = sql.begin as Begin
  const beginSafely = async (options: string, work: Work): Promise<unknown> => {
    let isOver = false
    const silentOnceOver: Work = async (transaction) => {
      const result = work(transaction)
      await result.catch(lastWords)
      return isOver ? new Promise(() => {}) : result
    }
    try {
      return await begin(options, silentOnceOver)
    } finally {
      isOver = true
    }
  }
  const either = (...given: [Work] | [string, Work]) =>
    given.length === 1 ? beginSafely('', given[0]) : beginSafely(...given)
  return Object.assign(sql, { begin: either })
}

/** A server says that it goes before the connection ends, and an error of another server says nothing of this one. */
async function lastWords(error: unknown): Promise<void> {
  if (isDatabaseUnavailable(error)) await sleep(longestGoodbye, undefined, { ref: false })
}

const longestGoodbye = 500 // milliseconds
