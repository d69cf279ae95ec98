import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventStream, StreamedEvent } from '../../src/streams/event-stream.ts'
import { openNatsStream } from '../../src/streams/nats-stream.ts'
import { createTestDatabase } from '../db/test-database.ts'
import { runScript } from '../retraining/run-script.ts'
import { createNatsServer, natsMissing } from './nats-server.ts'

describe.skipIf(natsMissing)(
  `a stream of NATS${natsMissing ? ` (skipped: ${natsMissing})` : ''}`,
  async () => {
    const server = await createNatsServer()
    const address = { server: server.url.replace('nats://', ''), tls: false, durable: 'palate' }
    beforeAll(() => server.start())
    afterAll(() => server.remove())

    /** A stream of its own for a test, with texts published to it. */
    async function streamWith(stream: string, texts: readonly string[]) {
      const connection = await connect({ servers: server.url })
      const manager = await jetstreamManager(connection)
      await manager.streams.add({ name: stream, subjects: [`${stream}.>`] })
      for (const text of texts) await manager.jetstream().publish(`${stream}.event`, text)
      return { manager, close: () => connection.close() }
    }

    /** Reads until `enough` and hands each page to `act`. */
    async function readFrom(
      stream: EventStream,
      enough: number,
      act: (page: readonly StreamedEvent[]) => unknown = () => {},
    ): Promise<StreamedEvent[]> {
      const stopping = new AbortController()
      const events: StreamedEvent[] = []
      for await (const page of stream.pages(stopping.signal)) {
        events.push(...page)
        await act(page)
        if (events.length >= enough) stopping.abort()
      }
      return events
    }

    test('gives what was published before and since, each with an id and a time, until it is acknowledged', async () => {
      const { manager, close } = await streamWith('FIRST', ['a', 'b', 'c'])
      const stream = await openNatsStream({ ...address, stream: 'FIRST' })
      expect(await stream.lag()).toEqual({ events: 3, seconds: expect.any(Number) })
      const unsaved = await readFrom(stream, 3)
      expect(unsaved.map(({ bytes, position }) => [String(bytes), position])).toEqual([
        ['a', 'FIRST 1'],
        ['b', 'FIRST 2'],
        ['c', 'FIRST 3'],
      ])
      expect(Math.abs(unsaved[0]!.time! - Date.now() / 1000)).toBeLessThan(60)
      expect((await stream.lag())!.events).toBe(3)
      expect((await stream.lag())!.seconds).toBeGreaterThan(0)
      await stream.close()
      // as after the time in which a consumer that died could have acknowledged them
      await manager.consumers.update('FIRST', 'palate', { ack_wait: 200e6 })
      const again = await openNatsStream({ ...address, stream: 'FIRST' })
      const saved = await readFrom(again, 3, (page) => again.acknowledge(page))
      expect(new Set(saved.map(({ id }) => id))).toEqual(new Set(unsaved.map(({ id }) => id)))
      await expect.poll(() => again.lag()).toEqual({ events: 0, seconds: 0 })
      await again.close()
      await close()
    })

    test('goes on after the server was killed', async () => {
      const { close } = await streamWith('SECOND', ['a', 'b'])
      await close()
      const lines: string[] = []
      const stream = await openNatsStream({
        ...address,
        stream: 'SECOND',
        onConnection: (line) => lines.push(line),
      })
      let killed = false
      const events = await readFrom(stream, 3, async (page) => {
        await stream.acknowledge(page)
        if (killed) return
        killed = true
        await server.kill()
        await server.start()
        const connection = await connect({ servers: server.url })
        await (await jetstreamManager(connection)).jetstream().publish('SECOND.event', 'c')
        await connection.close()
      })
      expect([...new Set(events.map(({ bytes }) => String(bytes)))]).toEqual(['a', 'b', 'c'])
      expect(lines[0]).toContain('was lost; reconnecting')
      await stream.close()
    })

    test('ends with the reason when the server does not accept the client any more', async () => {
      await (await streamWith('REFUSED', [])).close()
      const stream = await openNatsStream({ ...address, stream: 'REFUSED' })
      const next = stream.pages(new AbortController().signal)[Symbol.asyncIterator]().next()
      await server.kill()
      await server.start('--user', 'other', '--pass', 'secret')
      try {
        await expect(next).rejects.toThrow(/The connection to 127.0.0.1:\d+ was closed: .*[Aa]uthorization/)
        await stream.close()
      } finally {
        await server.kill()
        await server.start()
      }
    })

    test('the command ends if it cannot open the file of rejected events or the port of metrics', async () => {
      await (await streamWith('ENDED', [])).close()
      const database = await createTestDatabase()
      const listening = createServer().listen(0, '127.0.0.1')
      await once(listening, 'listening')
      const { port } = listening.address() as AddressInfo
      const env = { DATABASE_URL: database.url, PALATE_HOME: mkdtempSync(join(tmpdir(), 'palate-consume-')) }
      const from = ['--from', `${server.url}/ENDED`]
      for (const [args, reason] of [
        [['--rejected', tmpdir()], 'EISDIR'],
        [
          ['--metrics-port', String(port)],
          `Metrics cannot be served at 127.0.0.1:${port}: listen EADDRINUSE`,
        ],
      ] as const) {
        const { code, stderr } = await runScript('consume', [...from, ...args], { env })
        expect(code).toBeGreaterThan(0)
        expect(stderr).toContain(reason)
      }
      listening.close()
    })

    test('says what is missing', async () => {
      const { manager, close } = await streamWith('THIRD', [])
      await expect(openNatsStream({ ...address, stream: 'FOURTH' })).rejects.toThrow(
        /has no stream FOURTH; it has .*THIRD/,
      )
      await manager.consumers.add('THIRD', { durable_name: 'none', ack_policy: AckPolicy.None })
      await expect(openNatsStream({ ...address, stream: 'THIRD', durable: 'none' })).rejects.toThrow(
        'must be a pull consumer with explicit acknowledgement',
      )
      const stream = await openNatsStream({ ...address, stream: 'THIRD' })
      const pages = stream.pages(new AbortController().signal)[Symbol.asyncIterator]()
      const next = pages.next()
      await manager.streams.delete('THIRD')
      await expect(next).rejects.toThrow('The stream THIRD or its consumer palate was deleted')
      await stream.close()
      await close()
    })
  },
)
