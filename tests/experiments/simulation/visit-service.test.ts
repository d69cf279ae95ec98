import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { visitService } from '../../../src/experiments/simulation/visit-service.ts'

test('lists are requested for the surface, if there is one', async () => {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url!)
    response.end(JSON.stringify({ requestId: 'r', variant: 'control', items: [] }))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const urls = [`http://127.0.0.1:${(server.address() as AddressInfo).port}`]
  const visitors = [{ userId: 'a/b', rate: () => 5 }]
  for (const surface of [{}, { surface: 'home & away' }])
    expect(await visitService({ urls, visitors, visits: 1, seed: 1, ...surface })).toEqual({
      lists: { control: 1 },
      clicks: { control: 0 },
      failures: 0,
    })
  expect(paths).toEqual(['/recommend/a%2Fb', '/recommend/a%2Fb?surface=home+%26+away'])
})
