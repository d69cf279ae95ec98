// A minimal HTTP client for measuring: one request at a time on a connection; reads only status and size of a response.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface HttpConnection {
  /** Sends a complete request and resolves with the status once the response is complete. */
  send(request: Buffer): Promise<number>
  close(): void
}

/** A connection that is reopened when the server has closed it. */
export async function openConnection({ hostname, port }: URL): Promise<HttpConnection> {
  let waiting: { resolve(status: number): void; reject(error: Error): void } | undefined
  let received = ''
  let socket = await open()

  async function open(): Promise<Socket> {
    const opened = connect(Number(port), hostname).setNoDelay()
    opened.setEncoding('latin1')
    opened.on('data', (data: string) => {
      received += data
      const status = statusOfComplete(received)
      if (status === undefined) return
      received = ''
      const completed = waiting
      waiting = undefined
      // Nothing waits for the response with which the server closes an idle connection.
      completed?.resolve(status)
    })
    opened.on('close', () => waiting?.reject(new Error('The connection closed before the response')))
    opened.on('error', () => {})
    await once(opened, 'connect')
    return opened
  }

  return {
    send: async (request) => {
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

/** Undefined while the response is incomplete. */
function statusOfComplete(text: string): number | undefined {
  const body = text.indexOf('\r\n\r\n') + 4
  if (body < 4) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)
  if (length === null || length.index > body) throw new Error('The response has no Content-Length')
  return text.length - body < Number(length[1]) ? undefined : Number(text.slice(9, 12))
}
