import { connect as connectTo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { createTestDatabase } from './test-database.ts'

const { url } = await createTestDatabase()

test('only the first connection of a pool queries the array types, whose loss the driver does not handle', async () => {
  let [connections, queries] = [0, 0]
  const { hostname, port } = new URL(url)
  const proxy = createServer((client) => {
    connections++
    const server = connectTo(Number(port), hostname)
    client.on('data', (bytes) => {
      if (bytes.includes('typarray') && queries++ > 0) server.destroy()
    })
    client.pipe(server).pipe(client)
    for (const socket of [client, server]) socket.on('error', () => {})
    server.once('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address() as { port: number }
  const database = connect(Object.assign(new URL(url), { host: `127.0.0.1:${address.port}` }).href)
  onTestFinished(async () => {
    await database.close()
    proxy.close()
  })
  const list = () => database.sql`select array['a', 'b c'] as list, pg_sleep(0.05)::text as slept`
  await list()
  const rows = await Promise.all(Array.from({ length: 5 }, list))
  expect(rows.map(([row]) => row!.list)).toEqual(Array(5).fill(['a', 'b c']))
  expect(connections).toBeGreaterThan(1)
  expect(queries).toBe(1)
})
