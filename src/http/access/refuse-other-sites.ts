// Protects a service without keys from the pages that a browser on its machine or in its network shows.
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import type { Environment } from '../environment.ts'
import { problem } from '../problem.ts'

export interface TrustedSites {
  /** Names of the service besides IP addresses and localhost. */
  readonly hosts: readonly string[]
  /** Origins of pages whose scripts may send requests. */
  readonly corsOrigins: readonly string[]
}

/**
 * Refuses what a page of another origin makes a browser send, and requests for a name that is not the service's: by DNS
 * rebinding, a page can make its own name lead to the service and then read the responses. Hono's `csrf` covers neither
 * names nor bodies of other types than those of forms.
 */
export function refuseOtherSites({ hosts, corsOrigins }: TrustedSites): MiddlewareHandler<Environment> {
  const names = new Set(hosts.map((host) => host.toLowerCase()))
  const origins = new Set(corsOrigins)
  // An address as a host cannot be rebound.
  const isTrusted = (name: string) =>
    names.has(name) || isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost')
  return (c, next) => {
    const host = c.req.header('Host') ?? new URL(c.req.url).host
    if (!isTrusted(nameOf(host))) return Promise.resolve(rejectHost(c, nameOf(host)))
    const origin = c.req.header('Origin')
    if (origin === undefined) {
      if (c.req.header('Sec-Fetch-Site') === 'cross-site' && !isNavigation(c))
        return Promise.resolve(rejectOrigin(c))
      return next()
    }
    const { host: originHost, hostname } = URL.canParse(origin) ? new URL(origin) : { host: '', hostname: '' }
    const isOwn = originHost === host.toLowerCase() || names.has(hostname) || origins.has(origin)
    return isOwn ? next() : Promise.resolve(rejectOrigin(c))
  }
}

/** The host without its port and the brackets of an IPv6 address. */
function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

/** A link or an address bar: the page that has the link cannot read the response. */
function isNavigation(c: Context): boolean {
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  return (
    isRead && c.req.header('Sec-Fetch-Mode') === 'navigate' && c.req.header('Sec-Fetch-Dest') === 'document'
  )
}

function rejectHost(c: Context, name: string): Response {
  return problem(
    c,
    'unknown-host',
    `"${name}" is not a host name of this service: add it to ALLOWED_HOSTS, require API keys, or use the IP address.`,
  )
}

function rejectOrigin(c: Context): Response {
  return problem(
    c,
    'foreign-origin',
    'A service without API keys refuses requests from pages of other origins: add the origin to CORS_ORIGINS.',
  )
}
