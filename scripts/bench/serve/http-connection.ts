// As little of HTTP as measuring takes: one request after the other on a connection, of the answer its status and size.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface HttpConnection {
  /** Sends a whole request and resolves with the status once the answer is in. */
  ask(request: Buffer): Promise<number>
  close(): void
}

/** A connection that is opened again when the server has ended it. */
export async function openConnection({ hostname, port }: URL): Promise<HttpConnection> {
  let waiting: { resolve(status: number): void; reject(error: Error): void } | undefined
  let received = ''
  let socket = await open()

  async function open(): Promise<Socket> {
    const opened = connect(Number(port), hostname).setNoDelay()
    opened.setEncoding('latin1')
    opened.on('data', (data: string) => {
      received += data
      const status = statusOfWhole(received)
      if (status === undefined) return
      received = ''
      const answered = waiting
      waiting = undefined
      // A connection that is not asked anything for long is told so and ended.
      answered?.resolve(status)
    })
    opened.on('close', () => waiting?.reject(new Error('The connection ended before the answer')))
    opened.on('error', () => {})
    await once(opened, 'connect')
    return opened
  }

  return {
    ask: async (request) => {
      if (socket.destroyed) socket = await open()
      received = ''
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      })
    },
    close: () => void socket.destroy(),
  }
}

/** Undefined while the answer is not in whole. */
function statusOfWhole(text: string): number | undefined {
  const body = text.indexOf('\r\n\r\n') + 4
  if (body < 4) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)
  if (length === null || length.index > body) throw new Error('The answer does not tell its length')
  return text.length - body < Number(length[1]) ? undefined : Number(text.slice(9, 12))
}
