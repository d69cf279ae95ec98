import { createServer, connect as dial, type Socket } from 'node:net'

/**
 * Passes connections on to Postgres. Shut, it drops them all and refuses new ones; stalled, it lets nothing through.
 * `resetNext` resets the next new connection when its client sends for the `send`-th time.
 */
export async function openGate(postgres: URL) {
  const sockets = new Set<Socket>()
  let resetAt = 0
  const server = createServer((incoming) => {
    const outgoing = dial(Number(postgres.port), postgres.hostname)
    for (const socket of [incoming, outgoing]) sockets.add(socket.on('error', () => {}))
    let remaining = resetAt
    resetAt = 0
    incoming.on('data', () => {
      if (--remaining === 0) incoming.resetAndDestroy()
    })
    incoming.pipe(outgoing).pipe(incoming)
  })
  const listenOn = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  await listenOn(0)
  const { port } = server.address() as { port: number }
  return {
    url: Object.assign(new URL(postgres), { hostname: '127.0.0.1', port: String(port) }).href,
    reopen: () => listenOn(port),
    resetNext: (send: number) => {
      resetAt = send
    },
    stall: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    shut: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        for (const socket of sockets) socket.destroy()
        sockets.clear()
      }),
  }
}
