import type postgres from 'postgres'
import { parse } from 'postgres-array'

/**
 * Lets the pool `sql` read and write arrays. The driver would query the array types on each new connection, and the loss of
 * the connection meanwhile ends the process with an unhandled rejection.
 */
export function addArrayTypes({ options }: Pick<postgres.Sql, 'options'>): void {
  const { parsers, serializers } = options
  for (const [element, array] of arrayTypes) {
    const parseElement = parsers[element] ?? ((text: string) => text)
    parsers[array] = (text: string) => parse(text, parseElement)
    serializers[array] = (value: unknown) =>
      Array.isArray(value) ? formatArray(value, serializers[element] ?? String) : value
  }
}

/** PostgreSQL's type numbers of an element and of its array, from pg_type.dat. They are the same in all versions. */
const arrayTypes: readonly (readonly [element: number, array: number])[] = [
  [16, 1000], // boolean
  [17, 1001], // bytea
  [19, 1003], // name
  [20, 1016], // bigint
  [21, 1005], // smallint
  [23, 1007], // integer
  [25, 1009], // text
  [26, 1028], // oid
  [114, 199], // json
  [700, 1021], // real
  [701, 1022], // double precision
  [1043, 1015], // varchar
  [1082, 1182], // date
  [1114, 1115], // timestamp
  [1184, 1185], // timestamptz
  [1700, 1231], // numeric
  [2950, 2951], // uuid
  [3802, 3807], // jsonb
]

function formatArray(values: readonly unknown[], serialize: (value: unknown) => unknown): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return formatArray(value, serialize)
    return value === null || value === undefined ? 'null' : quote(String(serialize(value)))
  })
  return `{${elements.join(',')}}`
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
