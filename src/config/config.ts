// The only reader of the environment: all other code receives a Config.
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type ArtifactsLocation, isArtifactsUrl, parseArtifactsUrl } from './artifacts-url.ts'
import { type EventWeights, parseWeights, weightedKinds } from './event-kinds.ts'

/** The configuration, from environment variables. */
export interface Config {
  /** The PostgreSQL server; absent for the embedded server. */
  readonly databaseUrl?: string
  /** A streaming replica of it, from which the service reads histories. */
  readonly databaseReadUrl?: string
  /** The folder of the embedded database and downloads, and by default of artifacts. Absolute. */
  readonly home: string
  /** Where artifacts and the state of runs are; absent for `home`. */
  readonly artifacts?: ArtifactsLocation
  /** The compute backend; absent for the best available one. */
  readonly backend?: 'tensorflow' | 'webgpu' | 'wasm' | 'cpu'
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly logLevel: (typeof logLevels)[number]
  /** Whether the service requires API keys; by default unless only this machine can reach it. */
  readonly apiKeys?: 'required' | 'off'
  /** The rate limit of a key. */
  readonly requestsPerMinute: number
  /** Whether each replica counts the requests by itself, or all replicas together in the database. */
  readonly rateLimitStore: 'memory' | 'postgres'
  /** Names under which clients reach a service without keys. */
  readonly allowedHosts: readonly string[]
  /** Origins of pages whose scripts may call the service. */
  readonly corsOrigins: readonly string[]
  /** The OpenTelemetry collector that traces go to. */
  readonly tracesEndpoint?: string
  /** The values of events other than ratings that replace the defaults. */
  readonly eventWeights: EventWeights
  /** For how many days replaced ratings are kept. */
  readonly ratingHistoryDays: number
  /** Ratings of at least this value are positive; absent to decide by the data. */
  readonly positiveThreshold?: number
  /** Signs the webhooks of `--notify`. */
  readonly webhookSecret?: string
}

export const defaultRatingHistoryDays = 90

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** The environment is invalid; the message names every invalid variable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError'
}

/**
 * Parses the configuration. Empty variables count as absent.
 *
 * @throws EnvironmentError
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '')
  const parsed = schema.safeParse(Object.fromEntries(given))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ message }) => `- ${message}`)
  throw new EnvironmentError(`The environment is invalid:\n${problems.join('\n')}`)
}

/** The variables that native libraries read too. */
export function environmentOfProcess(): Readonly<Record<string, string | undefined>> {
  return process.env
}

/** The configuration of this process. */
export function loadConfig(): Config {
  return parseConfig(process.env)
}

/** Sets a variable that a native library reads from the environment, unless the user has set it. */
export function setEnvironmentDefault(name: string, value: string): void {
  process.env[name] ??= value
}

/** Sets a variable that a native library reads from the environment, whatever the user has set it to. */
export function setEnvironment(name: string, value: string): void {
  process.env[name] = value
}

const checkout = join(import.meta.dirname, '../..')

const schema = z
  .object({
    DATABASE_URL: postgresUrlOf('DATABASE_URL'),
    DATABASE_READ_URL: postgresUrlOf('DATABASE_READ_URL'),
    PALATE_HOME: z.string(),
    ARTIFACTS_URL: z.string().refine(isArtifactsUrl, {
      error: ({ input }) =>
        `ARTIFACTS_URL must look like s3://bucket/folder or file:///srv/palate, with a percent sign as %25, but is "${input}".`,
    }),
    AWS_ENDPOINT_URL: endpointOf('AWS_ENDPOINT_URL'),
    AWS_ENDPOINT_URL_S3: endpointOf('AWS_ENDPOINT_URL_S3'),
    PALATE_BACKEND: oneOf('PALATE_BACKEND', ['tensorflow', 'webgpu', 'wasm', 'cpu']),
    HOST: z.string(),
    PORT: z.string().refine(isPort, {
      error: ({ input }) => `PORT must be a whole number from 0 to 65535, but is "${input}".`,
    }),
    LOG_LEVEL: oneOf('LOG_LEVEL', logLevels),
    API_KEYS: oneOf('API_KEYS', ['required', 'off']),
    RATE_LIMIT: z.string().regex(/^[1-9]\d{0,8}$/, {
      error: ({ input }) => `RATE_LIMIT must be a whole number of requests a minute, but is "${input}".`,
    }),
    RATE_LIMIT_STORE: oneOf('RATE_LIMIT_STORE', ['memory', 'postgres']),
    RATING_HISTORY_DAYS: z.string().regex(/^\d{1,5}$/, {
      error: ({ input }) => `RATING_HISTORY_DAYS must be a whole number of days, but is "${input}".`,
    }),
    ALLOWED_HOSTS: z
      .string()
      .transform((list) => list.split(',').map((name) => name.trim()))
      .refine((names) => names.every((name) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name)), {
        error: 'ALLOWED_HOSTS must look like palate,palate.example.com, without ports.',
      }),
    CORS_ORIGINS: z
      .string()
      .transform((list) => list.split(',').map((origin) => origin.trim()))
      .refine((origins) => origins.every(isOrigin), {
        error: 'CORS_ORIGINS must look like https://shop.example,https://www.shop.example, without paths.',
      }),
    PALATE_WEBHOOK_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, {
      error:
        'PALATE_WEBHOOK_SECRET must be whsec_ and at least 24 bytes in base64: whsec_$(openssl rand -base64 32).',
    }),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().refine((text) => /^https?:/.test(text) && URL.canParse(text), {
      error: 'OTEL_EXPORTER_OTLP_ENDPOINT must be the address of a collector, as in http://localhost:4318.',
    }),
    POSITIVE_THRESHOLD: z.string().regex(/^-?\d+(\.\d+)?$/, {
      error: ({ input }) => `POSITIVE_THRESHOLD must be a number such as 4, but is "${input}".`,
    }),
    EVENT_WEIGHTS: z
      .string()
      .transform(parseWeights)
      .refine((weights) => weights !== undefined, {
        error: `EVENT_WEIGHTS must look like view=3,purchase=4, with the kinds ${weightedKinds.join(', ')} or your own in small letters.`,
      }),
  })
  .partial()
  .transform(
    (given): Config => ({
      ...(given.DATABASE_URL && { databaseUrl: given.DATABASE_URL }),
      ...(given.DATABASE_READ_URL && { databaseReadUrl: given.DATABASE_READ_URL }),
      home: given.PALATE_HOME ? resolve(given.PALATE_HOME) : join(checkout, '.palate'),
      ...(given.ARTIFACTS_URL && {
        artifacts: parseArtifactsUrl(
          given.ARTIFACTS_URL,
          given.AWS_ENDPOINT_URL_S3 ?? given.AWS_ENDPOINT_URL,
        ),
      }),
      ...(given.PALATE_BACKEND && { backend: given.PALATE_BACKEND }),
      host: given.HOST ?? '127.0.0.1',
      port: Number(given.PORT ?? 3000),
      logLevel: given.LOG_LEVEL ?? 'info',
      ...(given.API_KEYS && { apiKeys: given.API_KEYS }),
      requestsPerMinute: Number(given.RATE_LIMIT ?? 60_000),
      rateLimitStore: given.RATE_LIMIT_STORE ?? 'memory',
      allowedHosts: given.ALLOWED_HOSTS ?? [],
      corsOrigins: given.CORS_ORIGINS ?? [],
      ratingHistoryDays: Number(given.RATING_HISTORY_DAYS ?? defaultRatingHistoryDays),
      ...(given.PALATE_WEBHOOK_SECRET && { webhookSecret: given.PALATE_WEBHOOK_SECRET }),
      eventWeights: given.EVENT_WEIGHTS ?? {},
      ...(given.POSITIVE_THRESHOLD && { positiveThreshold: Number(given.POSITIVE_THRESHOLD) }),
      ...(given.OTEL_EXPORTER_OTLP_ENDPOINT && { tracesEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT }),
    }),
  )

function oneOf<const T extends readonly string[]>(name: string, values: T) {
  return z.enum(values, {
    error: ({ input }) => `${name} must be one of ${values.join(', ')}, but is "${input}".`,
  })
}

function postgresUrlOf(name: string) {
  return z
    .string()
    .refine(hasEncodedPercents, {
      error: `${name} has a % that starts no percent-encoded character: write a % in the password as %25.`,
      abort: true,
    })
    .refine(isPostgresUrl, {
      error:
        `${name} must look like postgres://user:password@host:5432/database, ` +
        'with characters such as @, / and # in the password percent-encoded.',
    })
}

function endpointOf(name: string) {
  return z.string().refine((text) => /^https?:/.test(text) && URL.canParse(text), {
    error: `${name} must be the address of an S3-compatible store, as in http://minio:9000.`,
  })
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}

function isPostgresUrl(text: string): boolean {
  const withOneHost = text.replace(/,[^/?]*/, '')
  return /^postgres(ql)?:\/\//.test(text) && URL.canParse(withOneHost)
}

function hasEncodedPercents(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
