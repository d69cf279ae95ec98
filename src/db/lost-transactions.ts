// The driver goes on with a transaction whose connection is gone: it sends the rollback, or whatever else the transaction
// comes to, where no socket is any more, and ends the process by that (github.com/porsager/postgres/issues/1208).
import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseUnavailable } from './connection-errors.ts'
import type { Sql, Transaction } from './pool.ts'

type Work = (transaction: Transaction) => Promise<unknown>
type Begin = (options: string, work: Work) => Promise<unknown>

/** Lets what a transaction asks and comes to go nowhere once its connection is lost; `begin` itself throws that it is. */
export function keepLostTransactionsSilent(sql: Sql): Sql {
  const begin = sql.begin as Begin
  const beginSafely = async (options: string, work: Work): Promise<unknown> => {
    let isOver = false
    const silentOnceOver: Work = async (transaction) => {
      const result = work(untilOver(transaction, () => isOver))
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

/** The transaction as long as it is not over; then whoever asks it anything gets an error in place of the driver. */
function untilOver(transaction: Transaction, isOver: () => boolean): Transaction {
  const requireOpen = () => {
    if (isOver()) throw new Error('The transaction is over, as its connection is lost')
  }
  return new Proxy(transaction, {
    apply: (target, self, given) => {
      requireOpen()
      return Reflect.apply(target, self, given)
    },
    get: (target, name) => {
      requireOpen()
      return Reflect.get(target, name)
    },
  })
}

/** A server says that it goes before the connection ends, and an error of another server says nothing of this one. */
async function lastWords(error: unknown): Promise<void> {
  if (isDatabaseUnavailable(error)) await sleep(longestGoodbye, undefined, { ref: false })
}

const longestGoodbye = 500 // milliseconds
