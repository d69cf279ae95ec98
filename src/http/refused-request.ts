import type { Context } from 'hono'
import type { z } from 'zod'
import { problem, type RefusedPart } from './problem.ts'

type Issue = z.core.$ZodIssue

/** Answers a request whose path, query or body its route's schema refuses. */
export function refuseRequest(
  result: { success: boolean; target: string; error?: { issues: Issue[] } },
  c: Context,
): Response | undefined {
  if (result.success) return
  const errors = result.error!.issues.flatMap(issuesOfUnion).map((issue) => describe(issue, result.target))
  return problem(c, 'invalid-request', sentenceOn(errors[0]!), errors)
}

/** Messages of these routes go on from the part they are about; those of the schema library stand by themselves. */
function sentenceOn({ in: place, at, message }: RefusedPart): string {
  if (/^[A-Z]/.test(message)) return `In the ${place}${at && `, ${at}`}: ${message}.`
  return `In the ${place}, ${at || 'it'} ${message}.`
}

/** Of alternatives that all failed, the one that came furthest tells what is wrong, and of these the one with least. */
function issuesOfUnion(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const alternatives = issue.errors.map((issues) => issues.flatMap(issuesOfUnion))
  const alike = alternatives.filter((issues) => !issues.some(isOfOtherType))
  const [nearest = []] = (alike.length > 0 ? alike : alternatives).sort(
    (a, b) => reach(b) - reach(a) || a.length - b.length,
  )
  return nearest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** A text where an object is taken, or the other way round: such an alternative was not meant. */
function isOfOtherType({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0
}

function reach(issues: readonly Issue[]): number {
  return Math.max(...issues.map(({ path }) => path.length))
}

function describe({ path, message: original }: Issue, target: string): RefusedPart {
  const message = original.replace(/, received undefined$/, ', but it is missing')
  if (target === 'json') return { in: 'body', at: jsonPointer(path), message }
  return { in: target === 'param' ? 'path' : 'query', at: path.join('.'), message }
}

/** RFC 6901. */
function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
