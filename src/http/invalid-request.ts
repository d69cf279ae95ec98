import type { Context, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { type InvalidPart, problem } from './problem.ts'

type Issue = z.core.$ZodIssue

/** Responds to a request whose path, query or body does not match the schema of its route. */
export function rejectInvalidRequest(
  result: { success: boolean; target: string; error?: { issues: Issue[] } },
  c: Context,
): Response | undefined {
  if (result.success) return
  const errors = invalidParts(result.error!.issues, result.target)
  return problem(c, 'invalid-request', toSentence(errors[0]!), errors)
}

/** What is wrong with a path, a query or, for the target `json`, a JSON document; at most twenty errors. */
export function invalidParts(issues: readonly Issue[], target: string): InvalidPart[] {
  return issues
    .slice(0, maxErrors)
    .flatMap(issuesOfUnion)
    .slice(0, maxErrors)
    .map((issue) => toInvalidPart(issue, target))
}

/** More would repeat a mistake, and make the response larger than the request. */
const maxErrors = 20
/** Messages of zod quote unknown keys and values. */
const maxMessageLength = 500

/** Rejects a path that is not valid percent-encoding; undecoded, it could name another user. */
export const rejectMalformedPath: MiddlewareHandler = async (c, next) => {
  try {
    if (c.req.url.includes('%')) decodeURIComponent(new URL(c.req.url).pathname)
  } catch {
    return problem(
      c,
      'invalid-request',
      'The path must be percent-encoded UTF-8; a percent sign itself is %25.',
    )
  }
  return next()
}

/** The messages of our schemas continue a sentence about the part; those of zod are sentences themselves. */
function toSentence({ in: place, at, message }: InvalidPart): string {
  if (/^[A-Z]/.test(message)) return `In the ${place}${at && `, ${at}`}: ${message}.`
  return at === '' ? `The ${place} ${message}.` : `In the ${place}, ${at} ${message}.`
}

/**
 * When all alternatives of a union fail, the one that matched to the greatest depth was probably meant; of several, the
 * one with the fewest issues.
 */
function issuesOfUnion(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const alternatives = issue.errors.map((issues) => issues.flatMap(issuesOfUnion))
  const sameType = alternatives.filter((issues) => !issues.some(isOfOtherType))
  const [nearest = []] = (sameType.length > 0 ? sameType : alternatives).sort(
    (a, b) => maxPathLength(b) - maxPathLength(a) || a.length - b.length,
  )
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** A text instead of an object, or the reverse: this alternative was not meant. */
function isOfOtherType({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0
}

function maxPathLength(issues: readonly Issue[]): number {
  return issues.reduce((longest, { path }) => Math.max(longest, path.length), 0)
}

function toInvalidPart(issue: Issue, target: string): InvalidPart {
  const { path } = issue
  const whole = messageOf(issue, target)
  const message = whole.length <= maxMessageLength ? whole : `${whole.slice(0, maxMessageLength - 1)}…`
  if (target === 'json') return { in: 'body', at: jsonPointer(path), message }
  return { in: target === 'param' ? 'path' : 'query', at: path.join('.'), message }
}

function messageOf(issue: Issue, target: string): string {
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify(key)).join(', ')
    return `has unknown ${target === 'json' ? 'fields' : 'parameters'}: ${names}`
  }
  return issue.message.replace(/, received undefined$/, ', but it is missing')
}

/** RFC 6901. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
