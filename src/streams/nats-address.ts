/** A stream of a NATS server. */
export interface NatsAddress {
  /** Host and port. */
  readonly server: string
  readonly stream: string
  readonly tls: boolean
  readonly user?: string
  readonly password?: string
  readonly token?: string
}

/**
 * The parts of `nats://user:password@host:4222/STREAM`, where a user without a password is a token, and `tls:` requires
 * an encrypted connection; undefined if `text` is not of this form.
 */
export function parseNatsAddress(text: string): NatsAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const stream = url && decoded(url.pathname.slice(1))
  if (!url || !protocols.has(url.protocol) || url.hostname === '' || !isStreamName(stream)) return undefined
  const user = decoded(url.username)
  const password = decoded(url.password)
  return {
    server: `${url.hostname}:${url.port || '4222'}`,
    stream,
    tls: url.protocol === 'tls:',
    ...(password ? { user: user ?? '', password } : user && { token: user }),
  }
}

const protocols = new Set(['nats:', 'tls:'])

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** Names of streams are parts of subjects. */
function isStreamName(name: string | undefined): name is string {
  return name !== undefined && /^[^\s.*>/\\]+$/.test(name)
}
