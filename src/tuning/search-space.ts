// The hyperparameters that a search varies, as coordinates of a unit cube.
import { z } from 'zod'
import { searchRanges } from '../models/hyperparameters.ts'
import type { BlendModel, Model } from '../models/model.ts'

/** A hyperparameter that the search varies. */
export type Dimension =
  | {
      readonly kind: 'number'
      readonly name: string
      readonly from: number
      readonly to: number
      readonly scale: 'linear' | 'log'
      readonly whole: boolean
    }
  | { readonly kind: 'choice'; readonly name: string; readonly choices: readonly unknown[] }

export type SearchSpace = readonly Dimension[]

/** One coordinate per dimension: for a number, its position in the range, from 0 to 1; for a choice, its index. */
export type Point = readonly number[]

/**
 * The search space of a model, without the `fixed` hyperparameters.
 *
 * @param names those to vary; all that have a range when absent
 *
 * @throws RangeError when it is empty.
 */
export function searchSpaceOf(model: Model, fixed: object = {}, names?: readonly string[]): SearchSpace {
  const dimensions = model.kind === 'blend' ? dimensionsOfParts(model, fixed) : dimensionsOf(model, fixed)
  const varied = dimensions.filter(({ name }) => names === undefined || names.includes(name))
  if (varied.length > 0) return varied
  throw new RangeError(
    `${model.name} has no hyperparameter to search${Object.keys(fixed).length > 0 ? ' other than those that are set' : ''}`,
  )
}

function dimensionsOf(model: Model, fixed: object): Dimension[] {
  return Object.entries(shapeOf(model)).flatMap(([name, schema]) => {
    const range = searchRanges.get(schema)
    if (range === undefined || name in fixed) return []
    return [
      'choices' in range
        ? { kind: 'choice' as const, name, choices: range.choices }
        : { kind: 'number' as const, name, ...range, whole: isWhole(schema) },
    ]
  })
}

/** Those of its parts, named as `BlendModel` reads them; its shares are chosen by every training. */
function dimensionsOfParts(model: BlendModel, fixed: object): Dimension[] {
  const { parts } = model.hyperparameters.parse('parts' in fixed ? { parts: fixed.parts } : {})
  return parts.flatMap(({ model: name, hyperparameters }, n) =>
    dimensionsOf(model.part(name), hyperparameters)
      .map((dimension) => ({ ...dimension, name: `parts.${n}.${dimension.name}` }))
      .filter(({ name }) => !(name in fixed)),
  )
}

/** The hyperparameters at a point. */
export function hyperparametersAt(space: SearchSpace, point: Point): Record<string, unknown> {
  return Object.fromEntries(space.map((dimension, d) => [dimension.name, valueAt(dimension, point[d]!)]))
}

/**
 * The inverse of `hyperparametersAt`.
 *
 * @throws RangeError when a hyperparameter is missing or is none of the choices.
 */
export function pointOf(space: SearchSpace, hyperparameters: Readonly<Record<string, unknown>>): Point {
  return space.map((dimension) => coordinateOf(dimension, hyperparameters[dimension.name]))
}

function shapeOf({ name, hyperparameters }: Model): Readonly<Record<string, z.ZodType>> {
  if (hyperparameters instanceof z.ZodObject) return hyperparameters.shape
  throw new TypeError(`The hyperparameters of ${name} are not an object schema`)
}

function isWhole(schema: z.ZodType): boolean {
  const inner = schema instanceof z.ZodDefault ? schema.unwrap() : schema
  return inner instanceof z.ZodNumber && inner.isInt
}

function valueAt(dimension: Dimension, coordinate: number): unknown {
  if (dimension.kind === 'choice') return dimension.choices[coordinate]
  const { from, to, scale, whole } = dimension
  const value = scale === 'log' ? from * (to / from) ** coordinate : from + (to - from) * coordinate
  // more than four significant digits make no difference
  return whole ? Math.round(value) : Number(value.toPrecision(4))
}

function coordinateOf(dimension: Dimension, value: unknown): number {
  if (dimension.kind === 'number') {
    if (typeof value !== 'number') throw new RangeError(`${dimension.name} is ${value}; it must be a number`)
    const { from, to, scale } = dimension
    const coordinate =
      scale === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from)
    return Math.min(Math.max(coordinate, 0), 1)
  }
  const text = JSON.stringify(value)
  const choice = dimension.choices.findIndex((candidate) => JSON.stringify(candidate) === text)
  if (choice < 0) throw new RangeError(`${dimension.name} is ${text}, which is none of its choices`)
  return choice
}
