// Where a webhook may go: a URL in a shell history or a scheduler must not reach what only this network can reach.
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** A webhook must not go to this URL; the message says why. */
export class WebhookTargetError extends Error {
  override readonly name = 'WebhookTargetError'
}

/** A URL with the addresses of its host, all of which were checked. */
export interface WebhookTarget {
  readonly url: URL
  readonly addresses: readonly LookupAddress[]
}

/**
 * Resolves the host of a URL.
 *
 * @param allowsPrivate whether it may have a loopback or private address
 * @throws WebhookTargetError for another scheme than http and https, and for an address that is not allowed
 * @throws Error when the host cannot be resolved
 */
export async function resolveTarget(text: string, allowsPrivate: boolean): Promise<WebhookTarget> {
  const url = parseTarget(text)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  const addresses = family > 0 ? [{ address: host, family }] : await lookup(host, { all: true })
  const refused = allowsPrivate ? undefined : addresses.find(isPrivate)
  if (refused)
    throw new WebhookTargetError(
      `${url.origin} leads to ${refused.address}, a loopback or private address: --notify-private allows it`,
    )
  return { url, addresses }
}

/** @throws WebhookTargetError */
export function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new WebhookTargetError(`A webhook needs a URL with http or https, not "${text}"`)
}

function isPrivate({ address, family }: LookupAddress): boolean {
  return privateAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** The addresses of the IANA special-purpose registries that are not globally reachable; IPv4 also as mapped IPv6. */
const privateAddresses = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  privateAddresses.addSubnet(network, prefix, 'ipv6')
