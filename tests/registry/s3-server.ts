// A Versity Gateway, an S3-compatible server, over a temporary folder.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Why tests with an S3-compatible server are skipped; null if `versitygw` is installed. */
export const s3Missing = findServer()
  ? null
  : 'versitygw is not installed: go install github.com/versity/versitygw/cmd/versitygw@v1.8.0'

export interface S3Server {
  readonly endpoint: string
  /** The objects of the bucket are the files of this folder. */
  readonly folder: string
  readonly bucket: string
  /** For this process and those it starts. */
  readonly environment: Readonly<Record<string, string>>
  stop(): void
}

export async function startS3Server(): Promise<S3Server> {
  const root = mkdtempSync(join(tmpdir(), 'palate-s3-'))
  const [bucket, port] = ['models', await freePort()]
  mkdirSync(join(root, 'data', bucket), { recursive: true })
  mkdirSync(join(root, 'metadata'))
  const endpoint = `http://127.0.0.1:${port}`
  const [id, secret] = ['palate', 'of the tests only']
  const server = spawn(
    'versitygw',
    [
      ...['--quiet', '--port', `127.0.0.1:${port}`, '--access', id, '--secret', secret],
      ...['posix', '--sidecar', join(root, 'metadata'), join(root, 'data')],
    ],
    { stdio: 'ignore' },
  )
  await responds(endpoint, server)
  return {
    endpoint,
    bucket,
    folder: join(root, 'data', bucket),
    environment: { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_ENDPOINT_URL_S3: endpoint },
    stop() {
      server.kill('SIGKILL')
      rmSync(root, { recursive: true, maxRetries: 5 })
    },
  }
}

async function responds(endpoint: string, server: ChildProcess): Promise<void> {
  while (!(await fetch(endpoint).catch(() => undefined))) {
    if (server.exitCode !== null) throw new Error(`versitygw exited with code ${server.exitCode}`)
    await sleep(20)
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function findServer(): boolean {
  try {
    execFileSync('versitygw', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
