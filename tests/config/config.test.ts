import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'

test('an empty environment gives the defaults, with the home in the checkout', () => {
  const config = parseConfig({})
  expect(config).toEqual({
    home: config.home,
    host: '127.0.0.1',
    allowedHosts: [],
    port: 3000,
    logLevel: 'info',
    requestsPerMinute: 60_000,
    rateLimitStore: 'memory',
    corsOrigins: [],
    ratingHistoryDays: 90,
    eventWeights: {},
  })
  expect(config.home).toMatch(/\.palate$/)
  expect(existsSync(join(dirname(config.home), 'package.json'))).toBe(true)
})

test('every variable is read', () => {
  expect(
    parseConfig({
      DATABASE_URL: 'postgres://ada:secret@db.example:5433/palate?sslmode=require',
      PALATE_HOME: '/srv/palate',
      PALATE_BACKEND: 'wasm',
      HOST: '0.0.0.0',
      PORT: '0',
      LOG_LEVEL: 'debug',
      PALATE_WEBHOOK_SECRET: `whsec_${'A'.repeat(43)}=`,
      API_KEYS: 'off',
      RATE_LIMIT: '600',
      RATE_LIMIT_STORE: 'postgres',
      CORS_ORIGINS: 'https://shop.example, http://localhost:5173',
      EVENT_WEIGHTS: 'view=0.3, dislike=-1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      RATING_HISTORY_DAYS: '30',
      ALLOWED_HOSTS: 'palate, palate.example',
      UNRELATED: 'ignored',
    }),
  ).toEqual({
    databaseUrl: 'postgres://ada:secret@db.example:5433/palate?sslmode=require',
    allowedHosts: ['palate', 'palate.example'],
    home: '/srv/palate',
    backend: 'wasm',
    host: '0.0.0.0',
    port: 0,
    logLevel: 'debug',
    webhookSecret: `whsec_${'A'.repeat(43)}=`,
    apiKeys: 'off',
    requestsPerMinute: 600,
    rateLimitStore: 'postgres',
    ratingHistoryDays: 30,
    corsOrigins: ['https://shop.example', 'http://localhost:5173'],
    eventWeights: { view: 0.3, dislike: -1 },
    tracesEndpoint: 'http://collector:4318',
  })
})

test('artifacts are in a folder or in a bucket, at AWS or elsewhere', () => {
  const artifacts = (url: string, more = {}) => parseConfig({ ARTIFACTS_URL: url, ...more }).artifacts
  expect(artifacts('file:///srv/of%20models')).toEqual({ folder: '/srv/of models' })
  expect(artifacts('s3://models')).toEqual({ bucket: 'models', prefix: '' })
  const elsewhere = { AWS_ENDPOINT_URL: 'http://all:9000', AWS_ENDPOINT_URL_S3: 'http://minio:9000' }
  expect(artifacts('s3://models/a/b/', elsewhere)).toEqual({
    ...{ bucket: 'models', prefix: 'a/b/', endpoint: 'http://minio:9000' },
  })
  for (const wrong of [
    ...['models', 'http://minio/models', 's3:///a', 's3://models?region=x', 's3://k:s@models'],
    ...['s3://models/50%', 'file:///srv/50%', 'file:///srv/a%2Fb'],
  ])
    expect(() => artifacts(wrong)).toThrow(`ARTIFACTS_URL must look like s3://bucket/folder`)
  expect(() => parseConfig({ AWS_ENDPOINT_URL_S3: 'minio:9000' })).toThrow('AWS_ENDPOINT_URL_S3 must be')
})

test('an empty variable counts as absent', () => {
  expect(parseConfig({ DATABASE_URL: '', PORT: '', LOG_LEVEL: '' })).toEqual(parseConfig({}))
})

test('a relative home is resolved from the working directory', () => {
  expect(parseConfig({ PALATE_HOME: 'here' }).home).toBe(join(process.cwd(), 'here'))
})

test('all errors are reported at once, without the password', () => {
  const faulty = () =>
    parseConfig({
      DATABASE_URL: 'mysql://ada:secret@localhost/palate',
      PALATE_BACKEND: 'abacus',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      PALATE_WEBHOOK_SECRET: 'hush',
    })
  expect(faulty).toThrow(/DATABASE_URL must look like postgres:\/\//)
  expect(faulty).toThrow(/PALATE_BACKEND must be one of tensorflow, webgpu, wasm, cpu, but is "abacus"/)
  expect(faulty).toThrow(/PORT must be a whole number from 0 to 65535, but is "70000"/)
  expect(faulty).toThrow(/LOG_LEVEL must be one of fatal, .*, but is "loud"/)
  expect(faulty).toThrow(/PALATE_WEBHOOK_SECRET must be whsec_/)
  expect(faulty).not.toThrow(/ada|hush/)
})

test.each([
  '*',
  'shop.example',
  'https://shop.example/',
  'https://shop.example/path',
  'ftp://shop.example',
  ',',
])('CORS_ORIGINS=%s is refused', (origins) => {
  expect(() => parseConfig({ CORS_ORIGINS: origins })).toThrow(/CORS_ORIGINS must look like/)
})

test.each(['view', 'view=', 'view=much', 'Hum=1', 'rating=5', 'view=1;like=2'])(
  'EVENT_WEIGHTS=%s is refused',
  (weights) => {
    expect(() => parseConfig({ EVENT_WEIGHTS: weights })).toThrow(/EVENT_WEIGHTS must look like/)
  },
)

test('a percent sign in the password must be encoded', () => {
  const parse = (password: string) => () => parseConfig({ DATABASE_URL: `postgres://u:${password}@h/d` })
  expect(parse('50%off')).toThrow(/as %25/)
  expect(parse('%ff')).toThrow(/as %25/)
  expect(parse('50%25off')).not.toThrow()
})

test.each(['0', '-5', 'many'])('RATE_LIMIT=%s is refused', (limit) => {
  expect(() => parseConfig({ RATE_LIMIT: limit })).toThrow(/RATE_LIMIT/)
})

test.each(['80.5', '-1', 'http', '1e3'])('PORT=%s is refused', (port) => {
  expect(() => parseConfig({ PORT: port })).toThrow(/PORT/)
})

test.each(['postgres://u:p#w@h/d', 'localhost:5432/palate', 'postgres://u:p@h:port/d'])(
  'DATABASE_URL=%s is refused',
  (url) => {
    for (const name of ['DATABASE_URL', 'DATABASE_READ_URL'])
      expect(() => parseConfig({ [name]: url })).toThrow(`${name} `)
  },
)

test.each(['postgresql://h/d', 'postgres://u@h1:5432,h2:5433/d', 'postgres:///d?host=/var/run/postgresql'])(
  'DATABASE_URL=%s is taken',
  (url) => {
    expect(parseConfig({ DATABASE_URL: url, DATABASE_READ_URL: url })).toMatchObject({
      databaseUrl: url,
      databaseReadUrl: url,
    })
  },
)

test('POSITIVE_THRESHOLD is a number, or absent to decide by the data', () => {
  expect(parseConfig({}).positiveThreshold).toBeUndefined()
  expect(parseConfig({ POSITIVE_THRESHOLD: '0' }).positiveThreshold).toBe(0)
  expect(parseConfig({ POSITIVE_THRESHOLD: '-2.5' }).positiveThreshold).toBe(-2.5)
  expect(() => parseConfig({ POSITIVE_THRESHOLD: 'four' })).toThrow(
    'POSITIVE_THRESHOLD must be a number such as 4, but is "four".',
  )
})
