// Filters as people write them: genre in ["Comedy", "Drama"] and (year >= 1990 or not year < 1950)
import { deepest, type Filter, type Literal, operators } from './filter.ts'

/** The text is no filter; the message says where and what was expected. */
export class FilterSyntaxError extends Error {
  override readonly name = 'FilterSyntaxError'
}

/**
 * Reads a filter. `not` binds closest, then `and`, then `or`; texts stand in double quotes as in JSON, an attribute that
 * is no plain word in backquotes.
 *
 * @throws FilterSyntaxError
 */
export function parseFilter(text: string): Filter {
  const tokens = tokenize(text)
  const filter = parseOr(tokens, 0)
  const rest = tokens.peek()
  if (rest.kind !== 'end') throw unexpected(rest, 'and, or, or the end')
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
  /** Takes the token if it is this word or sign. */
  take(text: string): boolean
}

const pattern =
  /\s*(?:(?<literal>"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b|\b(?:true|false)\b)|`(?<quoted>[^`]+)`|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>!=|<=|>=|[=<>()[\],]))/uy

function tokenize(text: string): Tokens {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  for (let at = 0; text.slice(at).trim() !== ''; at = pattern.lastIndex) {
    pattern.lastIndex = at
    const groups = pattern.exec(text)?.groups
    if (!groups) throw new FilterSyntaxError(`cannot be read from "${text.slice(at, at + 20).trim()}" on`)
    const [kind, found] = Object.entries(groups).find(([, value]) => value !== undefined)!
    tokens.push({ kind: kind as Token['kind'], text: found!, at })
  }
  const end: Token = { kind: 'end', text: 'its end', at: text.length }
  let next = 0
  const peek = () => tokens[next] ?? end
  const isPlain = ({ kind }: Token) => kind === 'word' || kind === 'sign'
  return {
    peek,
    next: () => tokens[next++] ?? end,
    take: (wanted) => {
      const found = isPlain(peek()) && peek().text === wanted
      if (found) next++
      return found
    },
  }
}

function parseOr(tokens: Tokens, depth: number): Filter {
  if (depth > deepest) throw new FilterSyntaxError(`is nested more than ${deepest} deep`)
  const parts = [parseAnd(tokens, depth)]
  while (tokens.take('or')) parts.push(parseAnd(tokens, depth))
  return parts.length === 1 ? parts[0]! : { or: parts }
}

function parseAnd(tokens: Tokens, depth: number): Filter {
  const parts = [parsePart(tokens, depth)]
  while (tokens.take('and')) parts.push(parsePart(tokens, depth))
  return parts.length === 1 ? parts[0]! : { and: parts }
}

function parsePart(tokens: Tokens, depth: number): Filter {
  if (depth > deepest) throw new FilterSyntaxError(`is nested more than ${deepest} deep`)
  if (tokens.take('not')) return { not: parsePart(tokens, depth + 1) }
  if (!tokens.take('(')) return parseCondition(tokens)
  const inner = parseOr(tokens, depth + 1)
  if (!tokens.take(')')) throw unexpected(tokens.peek(), 'a closing parenthesis')
  return inner
}

function parseCondition(tokens: Tokens): Filter {
  const name = tokens.next()
  if (name.kind !== 'word' && name.kind !== 'quoted') throw unexpected(name, 'an attribute such as year')
  if (tokens.take('in')) return { attribute: name.text, in: parseList(tokens) }
  const sign = tokens.next()
  const operator = operators.find((one) => one === sign.text)
  if (operator === undefined) throw unexpected(sign, `in, ${operators.join(', ')}`)
  return { attribute: name.text, operator, value: parseLiteral(tokens) }
}

function parseList(tokens: Tokens): Literal[] {
  if (!tokens.take('[')) throw unexpected(tokens.peek(), 'a list such as ["Comedy"]')
  const values = [parseLiteral(tokens)]
  while (tokens.take(',')) values.push(parseLiteral(tokens))
  if (!tokens.take(']')) throw unexpected(tokens.peek(), 'a comma or a closing bracket')
  return values
}

function parseLiteral(tokens: Tokens): Literal {
  const token = tokens.next()
  if (token.kind !== 'literal') throw unexpected(token, 'a text in double quotes, a number, true or false')
  try {
    return JSON.parse(token.text) as Literal
  } catch (cause) {
    throw new FilterSyntaxError(`has ${token.text}, which is not as JSON has it`, { cause })
  }
}

function unexpected({ text, at }: Token, expected: string): FilterSyntaxError {
  return new FilterSyntaxError(`has ${text} at character ${at + 1}, where ${expected} is expected`)
}
