// Two consumers, of which one is killed again and again, while the database and the NATS server are killed once each.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import { connect as connectNats } from '@nats-io/transport-node'
import { afterAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/db/database.ts'
import { programOf } from '../programs.ts'
import { createNatsServer, natsMissing } from '../streams/nats-server.ts'

const users = 300
const itemsPerUser = 100
const clicks = 3000
const invalid = 50

describe.skipIf(natsMissing)(`consumers${natsMissing ? ` (skipped: ${natsMissing})` : ''}`, async () => {
  const home = await mkdtemp(join(tmpdir(), 'palate-consumers-'))
  const nats = await createNatsServer()
  const children: ChildProcess[] = []
  const start = (script: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH, PALATE_HOME: home }
    const child = spawn(process.execPath, [programOf(`scripts/${script}.ts`), ...args], { env, cwd: home })
    children.push(child)
    const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
    return {
      child,
      ended: ended.then(([[code, signal], stdout, stderr]) => ({ code, signal, stdout, stderr })),
    }
  }
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await nats.remove()
    await start('db', 'stop').ended
    await rm(home, { recursive: true })
  })

  test('save every event once although processes, database and broker are killed', async () => {
    await nats.start()
    await start('db', 'migrate').ended
    const url = (await start('db', 'url').ended).stdout.trim()
    const events = [
      ...Array.from({ length: users * itemsPerUser }, (_, n) => ({
        userId: `u${Math.floor(n / itemsPerUser)}`,
        itemId: `i${n % itemsPerUser}`,
        value: 1 + (n % 5),
      })),
      ...Array.from({ length: clicks }, (_, n) => ({ type: 'click', userId: `u${n % users}`, itemId: 'i1' })),
      ...Array.from({ length: invalid }, (_, n) => ({ userId: `u${n}`, itemId: '..', value: 1 })),
    ]
    const connection = await connectNats({ servers: nats.url, maxReconnectAttempts: -1 })
    const manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 'EVENTS', subjects: ['events'] })
    // what a killed consumer had received is delivered again after a second
    await manager.consumers.add('EVENTS', {
      durable_name: 'palate',
      ack_policy: AckPolicy.Explicit,
      ack_wait: 1e9,
    })
    // a fifth at a time, so that none of the kills comes after the end
    const fifth = events.length / 5
    const publish = async (part: number) => {
      const published = events.filter((_, n) => Math.floor(n / fifth) === part)
      for (const event of published) connection.publish('events', JSON.stringify(event))
      await connection.flush()
    }

    const consume = () => start('consume', '--from', `${nats.url}/EVENTS`, '--json')
    const database = connect(url)
    const saved = async () => {
      const [{ count }] = await database.sql<[{ count: number }]>`
        select (select count(*) from ratings) + (select count(*) from feedback) as count`
      return count
    }
    const survivor = consume()
    await publish(0)
    for (const round of [1, 2, 3, 4]) {
      const before = await saved()
      const victim = consume()
      if (round !== 2) await publish(round)
      await expect.poll(saved).toBeGreaterThan(before)
      victim.child.kill('SIGKILL')
      await victim.ended
      if (round === 2) {
        const [{ pid }] = await database.sql<[{ pid: string }]>`
          select split_part(pg_read_file('postmaster.pid'), e'\n', 1) as pid`
        process.kill(Number(pid), 'SIGKILL')
        await publish(round)
        await setTimeout(1500)
        expect((await start('db', 'migrate').ended).code).toBe(0)
      }
      if (round === 3) {
        await nats.kill()
        await nats.start()
        await expect.poll(() => connection.rtt().catch(() => -1)).toBeGreaterThan(-1)
      }
    }
    const lag = async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info('EVENTS', 'palate')
      return num_pending + num_ack_pending
    }
    expect((await manager.streams.info('EVENTS')).state.messages).toBe(events.length)
    await expect.poll(lag, { timeout: 120_000 }).toBe(0)
    survivor.child.kill('SIGTERM')
    const { code, stdout, stderr } = await survivor.ended
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout).lag).toEqual({ events: 0, seconds: 0 })
    expect(stderr).toContain('trying again')
    const [counts] = await database.sql`
      select (select count(*) from ratings) as ratings, (select count(*) from rating_history) as history,
        (select count(*) from feedback) as feedback`
    expect(counts).toEqual({ ratings: users * itemsPerUser, history: 0, feedback: clicks })
    const rejected = (await readFile(join(home, 'rejected-events.jsonl'), 'utf8')).trim().split('\n')
    expect(new Set(rejected.map((line) => JSON.parse(line).event)).size).toBe(invalid)
    await database.close()
    await connection.close()
  }, 300_000)
})
