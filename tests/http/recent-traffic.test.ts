import { expect, test } from 'vitest'
import { RecentTraffic } from '../../src/http/recent-traffic.ts'

/** With a clock that the test sets, in seconds. */
function clocked() {
  const clock = { seconds: 6_000_000 }
  return { clock, traffic: new RecentTraffic([0.01, 0.1, 1], () => clock.seconds * 1000) }
}

test('the p99 is the limit of the bucket that 99 % of the responses are within', () => {
  const { traffic } = clocked()
  for (let n = 0; n < 99; n++) traffic.request('GET /a', 200, 0.01)
  traffic.request('GET /a', 200, 5)
  expect(traffic.summary().routes).toEqual([
    { route: 'GET /a', requests: 100, failures: 0, p99Seconds: 0.01 },
  ])
  traffic.request('GET /a', 500, 5)
  expect(traffic.summary().routes[0]).toMatchObject({
    requests: 101,
    failures: 1,
    p99Seconds: Number.POSITIVE_INFINITY,
  })
})

test('each route is counted, the most requested first', () => {
  const { traffic } = clocked()
  traffic.request('GET /a', 200, 0.05)
  for (let n = 0; n < 2; n++) traffic.request('GET /b', 200, 0.5)
  expect(traffic.summary().routes.map(({ route, p99Seconds }) => [route, p99Seconds])).toEqual([
    ['GET /b', 1],
    ['GET /a', 0.1],
  ])
})

test('only the last five minutes count, or the time since the start', () => {
  const { clock, traffic } = clocked()
  traffic.request('GET /a', 200, 0.05)
  traffic.rejection()
  traffic.historyRead(true)
  traffic.historyRead(false)
  clock.seconds += 30
  expect(traffic.summary()).toMatchObject({ seconds: 30, rejected: 1, historyReads: 2, historyHits: 1 })
  clock.seconds += 200
  traffic.request('GET /a', 200, 0.05)
  expect(traffic.summary()).toMatchObject({ seconds: 230, routes: [{ requests: 2 }] })
  clock.seconds += 100
  const { seconds, routes, rejected, historyReads } = traffic.summary()
  expect(seconds).toBeLessThanOrEqual(300)
  expect(routes[0]!.requests).toBe(1)
  expect([rejected, historyReads]).toEqual([0, 0])
})
