import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Location } from '../config/artifacts-url.ts'

type S3 = typeof import('@aws-sdk/client-s3')

/** What requests are made with; the library is loaded by the first request. */
export interface Connection {
  readonly s3: S3
  readonly client: S3Client
  readonly bucket: string
}

export async function connect({ bucket, endpoint }: S3Location): Promise<Connection> {
  const s3 = await import('@aws-sdk/client-s3')
  const client = new s3.S3Client({
    // names of buckets as subdomains need DNS records that other stores rarely have
    ...(endpoint && { endpoint, forcePathStyle: true, region: () => regionOr('us-east-1', s3) }),
    // each part has a SHA-256 of its own, and other checksums are not known to all stores
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  })
  return { s3, client, bucket }
}

/** That of the environment or the profile. Stores without regions take any, and others refuse signatures for another. */
async function regionOr(usual: string, { S3Client }: S3): Promise<string> {
  const configured = await new S3Client({}).config.region().catch(() => '')
  return configured || usual
}
