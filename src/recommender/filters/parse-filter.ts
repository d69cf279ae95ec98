// Filters as text: genre in ["Comedy", "Drama"] and (year >= 1990 or not year < 1950)
import { z } from 'zod'
import { type Filter, inexact, type Literal, maxDepth, operators, oversizeOf } from './filter.ts'

/** The text is not a filter; the message says where the error is and what was expected. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError'
}

/** A text that is parsed into a filter. */
export const filterTextSchema = z
  .string()
  .max(4000)
  .transform((text, context): Filter => {
    try {
      return parseFilter(text)
    } catch (error) {
      if (!(error instanceof FilterSyntaxError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
      return z.NEVER
    }
  })
  .meta({
    minLength: 1,
    example: 'genre in ["Comedy"] and year >= 1990',
    description: 'Conditions on the attributes of items; see docs/http-api.md for the language',
  })

/**
 * Parses a filter. `not` binds most tightly, then `and`, then `or`. Texts are in double quotes as in JSON; an attribute
 * that is not a single word is in backquotes.
 *
 * @throws FilterSyntaxError
 */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text)
  const filter = parseOr(tokens, 0)
  const rest = tokens.peek()
  if (rest.kind !== 'end') throw unexpected(rest, '"and", "or" or the end')
  const oversize = oversizeOf(filter)
  if (oversize !== undefined) throw new FilterSyntaxError(oversize)
  return filter
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'literal' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

interface Tokens {
  peek(): Token
  next(): Token
  /** Consumes the next token if it is this word or sign. */
  accept(text: string): boolean
}

const pattern =
  /\s*(?:(?<literal>"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b|\b(?:true|false)\b)|`(?<quoted>[^`]+)`|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>!=|<=|>=|[=<>()[\],]))/uy

function tokenize(text: string): Tokens {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  for (let at = 0; text.slice(at).trim() !== ''; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const groups = pattern.exec(text)?.groups
    if (!groups) throw new FilterSyntaxError(`cannot be parsed from "${text.slice(at, at + 20).trim()}"`)
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined)!
    tokens.push({ kind: kind as Token['kind'], text: found!, at })
  }
  const end: Token = { kind: 'end', text: '', at: text.length }
  let next = 0
  const peek = () => tokens[next] ?? end
  const isPlain = ({ kind }: Token) => kind === 'word' || kind === 'sign'
  return {
    peek,
    next: () => tokens[next++] ?? end,
    accept: (wanted) => {
      const found = isPlain(peek()) && peek().text === wanted
      if (found) next++
      return found
    },
  }
}

function parseOr(tokens: Tokens, depth: number): Filter {
  if (depth > maxDepth) throw new FilterSyntaxError(`is nested more than ${maxDepth} levels deep`)
  const parts = [parseAnd(tokens, depth)]
  while (tokens.accept('or')) parts.push(parseAnd(tokens, depth))
  return parts.length === 1 ? parts[0]! : { or: parts }
}

function parseAnd(tokens: Tokens, depth: number): Filter {
  const parts = [parsePart(tokens, depth)]
  while (tokens.accept('and')) parts.push(parsePart(tokens, depth))
  return parts.length === 1 ? parts[0]! : { and: parts }
}

function parsePart(tokens: Tokens, depth: number): Filter {
  if (depth > maxDepth) throw new FilterSyntaxError(`is nested more than ${maxDepth} levels deep`)
  if (tokens.accept('not')) return { not: parsePart(tokens, depth + 1) }
  if (!tokens.accept('(')) return parseCondition(tokens)
  const inner = parseOr(tokens, depth + 1)
  if (!tokens.accept(')')) throw unexpected(tokens.peek(), 'a closing parenthesis')
  return inner
}

function parseCondition(tokens: Tokens): Filter {
  const name = tokens.next()
  if (name.kind !== 'word' && name.kind !== 'quoted') throw unexpected(name, 'an attribute such as year')
  if (tokens.accept('in')) return { attribute: name.text, in: parseList(tokens) }
  const sign = tokens.next()
  const operator = operators.find((candidate) => candidate === sign.text)
  if (operator === undefined) throw unexpected(sign, `in, ${operators.join(', ')}`)
  return { attribute: name.text, operator, value: parseLiteral(tokens) }
}

function parseList(tokens: Tokens): Literal[] {
  if (!tokens.accept('[')) throw unexpected(tokens.peek(), 'a list such as ["Comedy"]')
  const values = [parseLiteral(tokens)]
  while (tokens.accept(',')) values.push(parseLiteral(tokens))
  if (!tokens.accept(']')) throw unexpected(tokens.peek(), 'a comma or a closing bracket')
  return values
}

function parseLiteral(tokens: Tokens): Literal {
  const token = tokens.next()
  if (token.kind !== 'literal') throw unexpected(token, 'a text in double quotes, a number, true or false')
  const value = parseJson(token.text)
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw new FilterSyntaxError(`has ${token.text}, which ${inexact}: "${token.text}"`)
  return value
}

function parseJson(text: string): Literal {
  try {
    return JSON.parse(text) as Literal
  } catch (cause) {
    throw new FilterSyntaxError(`has ${text}, which is not valid JSON`, { cause })
  }
}

function unexpected({ kind, text, at }: Token, expected: string): FilterSyntaxError {
  const found = kind === 'end' ? 'ends' : `has ${JSON.stringify(text)}`
  return new FilterSyntaxError(`${found} at character ${at + 1}, where ${expected} is expected`)
}
