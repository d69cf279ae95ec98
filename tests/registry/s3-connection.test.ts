import { afterEach, expect, test, vi } from 'vitest'
import { connect } from '../../src/registry/s3-connection.ts'

afterEach(() => void vi.unstubAllEnvs())

test.each([
  ['eu-west-3', 'eu-west-3'],
  ['', 'us-east-1'],
  [undefined, 'us-east-1'],
])('with AWS_REGION=%s, a store at an endpoint is in the region %s', async (variable, region) => {
  vi.stubEnv('AWS_REGION', variable)
  // no profile of the machine
  vi.stubEnv('AWS_CONFIG_FILE', '/dev/null')
  const { client } = await connect({ bucket: 'palate', prefix: '', endpoint: 'http://127.0.0.1:9' })
  expect(await client.config.region()).toBe(region)
})
