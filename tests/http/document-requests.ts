// Requests made of the OpenAPI document: mostly as it allows them, some of them broken somewhere.
import fc from 'fast-check'

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly minimum?: number
  readonly maximum?: number
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: Schema
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface DocumentRequest {
  readonly method: string
  readonly path: string
  readonly body: string | undefined
}

/** Values that lead further into the service than any text, by the name of what holds them. */
export type KnownValues = Readonly<Record<string, readonly string[]>>

/** Requests to all operations, each as likely. */
export function documentRequests(document: Document, known: KnownValues): fc.Arbitrary<DocumentRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => requestsOf(method, path, operation)),
  )
  return fc.oneof(...operations)

  function requestsOf(method: string, path: string, { parameters = [], requestBody }: Operation) {
    const values = parameters.map(({ schema, name, required }) => {
      const value = valuesOf(schema, name, 0).map(asText)
      return required ? value : fc.option(value, { nil: undefined, freq: 2 })
    })
    const schema = requestBody?.content['application/json']?.schema
    const body = schema ? valuesOf(schema, 'body', 0).map((value) => JSON.stringify(value)) : undefined
    return fc
      .record({ given: fc.tuple(...values), body: body ?? fc.constant(undefined) })
      .map(({ given, body }) => ({
        method: method.toUpperCase(),
        path: addressOf(path, parameters, given),
        body,
      }))
  }

  function valuesOf(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const allowed = allowedBy(schema, name, depth)
    return fc.oneof(
      { weight: 50, arbitrary: allowed },
      { weight: 1, arbitrary: fc.oneof(text, fc.jsonValue()) },
    )
  }

  function allowedBy(given: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const schema = resolve(given)
    const choices = schema.anyOf ?? schema.oneOf
    if (choices) {
      // what refers to itself would go on for ever; its first form is its simplest
      const open = depth < deepest ? choices : choices.slice(0, 1)
      return fc.oneof(...open.map((choice) => valuesOf(merge(schema, choice), name, depth)))
    }
    if (schema.enum) return fc.constantFrom(...schema.enum)
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (Array.isArray(schema.type))
      return fc.oneof(...schema.type.map((type: string) => allowedBy({ ...schema, type }, name, depth)))
    if (schema.type === 'object' || schema.properties) return objectOf(schema, depth)
    if (schema.type === 'array') return arrayOf(schema, name, depth)
    if (schema.type === 'integer' || schema.type === 'number') return numberOf(schema)
    if (schema.type === 'boolean') return fc.boolean()
    if (schema.type === 'null') return fc.constant(null)
    if (schema.type === 'string') return textOf(name)
    return fc.jsonValue()
  }

  function objectOf({ properties = {}, required = [] }: Schema, depth: number) {
    const shape = Object.entries(properties).filter(([key]) => depth < deepest || required.includes(key))
    const values = Object.fromEntries(shape.map(([key, schema]) => [key, valuesOf(schema, key, depth + 1)]))
    const recordOf = (keys: readonly string[]) =>
      fc.record(Object.fromEntries(keys.map((key) => [key, values[key]!])))
    const optional = shape.map(([key]) => key).filter((key) => !required.includes(key))
    const any = fc.record(values, { requiredKeys: [...required] as never[] })
    // of many optional properties, some exclude each other
    return optional.length < 4 ? any : fc.oneof(any, ...optional.map((key) => recordOf([...required, key])))
  }

  function arrayOf({ items = {}, minItems = 0, maxItems = 5 }: Schema, name: string, depth: number) {
    return fc.array(valuesOf(items, name, depth + 1), {
      minLength: depth < deepest ? minItems : 0,
      maxLength: Math.max(minItems, Math.min(maxItems, 5)),
    })
  }

  function textOf(name: string) {
    const values = known[name]
    return values ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, text) : text
  }

  function resolve(schema: Schema): Schema {
    if (schema.$ref) return resolve(document.components.schemas[schema.$ref.split('/').at(-1)!]!)
    return schema.allOf ? schema.allOf.map(resolve).reduce(merge, { ...schema, allOf: [] as never }) : schema
  }

  function merge(whole: Schema, part: Schema): Schema {
    const { anyOf: _, oneOf: __, allOf: ___, ...rest } = whole
    const resolved = resolve(part)
    return {
      ...rest,
      ...resolved,
      ...((rest.properties || resolved.properties) && {
        properties: { ...rest.properties, ...resolved.properties },
      }),
      ...((rest.required || resolved.required) && {
        required: [...(rest.required ?? []), ...(resolved.required ?? [])],
      }),
    }
  }
}

const deepest = 6

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('', '..', "'", '%', '\u0000', '\ud800', '💿', '__proto__', '-1', '1e9', 'x'.repeat(300)),
)

function numberOf({ type, minimum = -1e6, maximum = 1e6 }: Schema): fc.Arbitrary<number> {
  const edges = fc.constantFrom(minimum, maximum)
  if (type === 'integer') {
    const [min, max] = [Math.ceil(minimum), Math.floor(Math.max(minimum, maximum))]
    return fc.oneof({ weight: 5, arbitrary: fc.integer({ min, max }) }, edges)
  }
  return fc.oneof({ weight: 5, arbitrary: fc.double({ min: minimum, max: maximum, noNaN: true }) }, edges)
}

function addressOf(
  path: string,
  parameters: readonly Parameter[],
  given: readonly (string | undefined)[],
): string {
  const pairs = parameters.map((parameter, n) => ({ ...parameter, value: given[n] }))
  const address = path.replaceAll(/{(.+?)}/g, (_, name) =>
    encode(pairs.find((pair) => pair.in === 'path' && pair.name === name)?.value ?? ''),
  )
  const query = pairs
    .filter((pair) => pair.in === 'query' && pair.value !== undefined)
    .map(({ name, value }) => `${name}=${encode(value!)}`)
  return `${address}?${query.join('&')}`
}

/** Halves of surrogate pairs have no encoding. */
function encode(value: string): string {
  return encodeURIComponent(Buffer.from(value).toString())
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
