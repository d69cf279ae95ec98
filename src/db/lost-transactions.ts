// The driver continues a transaction after its connection is lost: it sends the rollback, or the next statement, to a
// socket that no longer exists, which ends the process (github.com/porsager/postgres/issues/1208).
import { setTimeout as sleep } from 'node:timers/promises'
import { isDatabaseUnavailable } from './connection-errors.ts'
import type { Sql, Transaction } from './sql.ts'

type Work = (transaction: Transaction) => Promise<unknown>
type Begin = (options: string, work: Work) => Promise<unknown>

/** Ignores statements and results of a transaction after its connection is lost; `begin` itself throws the loss. */
export function keepLostTransactionsSilent(sql: Sql): Sql {
  const begin = sql.begin as Begin
  const beginSafely = async (options: string, work: Work): Promise<unknown> => {
    let isOver = false
    const silentAfterLoss: Work = async (transaction) => {
      const result = work(untilOver(transaction, () => isOver))
      await result.catch(waitForConnectionEnd)
      return isOver ? new Promise(() => {}) : result
    }
    try {
      return await begin(options, silentAfterLoss)
    } finally {
      isOver = true
    }
  }
  const begins = (...parameters: [Work] | [string, Work]) =>
    parameters.length === 1 ? beginSafely('', parameters[0]) : beginSafely(...parameters)
  return Object.assign(sql, { begin: begins })
}

/** The transaction until it is over; then every use throws an error before it reaches the driver. */
function untilOver(transaction: Transaction, isOver: () => boolean): Transaction {
  const requireOpen = () => {
    if (isOver()) throw new Error('The transaction is over, as its connection is lost')
  }
  return new Proxy(transaction, {
    apply: (target, self, parameters) => {
      requireOpen()
      return Reflect.apply(target, self, parameters)
    },
    get: (target, name) => {
      requireOpen()
      return Reflect.get(target, name)
    },
  })
}

/** A server announces its shutdown before the connection ends: waits until the driver notices the end. */
async function waitForConnectionEnd(error: unknown): Promise<void> {
  if (isDatabaseUnavailable(error)) await sleep(shutdownTimeoutMs, undefined, { ref: false })
}

const shutdownTimeoutMs = 500
