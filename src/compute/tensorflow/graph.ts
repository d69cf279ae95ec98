// A TensorFlow graph under construction, and its bytes as a SavedModel (tensorflow/core/protobuf/saved_model.proto).
import { entry, field, float, text, whole } from '../protocol-buffer.ts'
import type { Attribute } from './node-backend.ts'

export interface GraphNode {
  readonly operation: string
  /** Outputs of other nodes, and `^node` for a node that must have run. */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** Where it must run; wherever TensorFlow likes unless given. */
  readonly device?: string
}

export type AttributeValue =
  | { readonly type: number }
  | { readonly int: number | readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly shape: readonly number[] }
  | { readonly tensor: TensorValue }

export interface TensorValue {
  readonly dtype: number
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array | Uint8Array
}

export class Graph {
  readonly #nodes = new Map<string, GraphNode>()

  /** Adds a node and gives its name. */
  add(node: GraphNode, name = `node${this.#nodes.size}`): string {
    this.#nodes.set(name, node)
    return name
  }

  /** A model with the tag `serve` and no checkpoint. */
  savedModel(): Uint8Array {
    const nodes = [...this.#nodes].map(([name, node]) => field(1, encodeNode(name, node)))
    const graph = field(2, ...nodes, field(4, whole(1, producer)))
    return Buffer.concat([whole(1, 1), field(2, field(1, text(4, 'serve')), graph)])
  }
}

/** GraphDef version since which attributes have the meaning that they have today. */
const producer = 1000

const attributeTypes = { int: 1, float: 2, bool: 3, type: 4, shape: 5, string: 0 } as const

/** An attribute as tfjs gives it to an operation. */
export function attributeValue({ type, value }: Attribute): AttributeValue {
  if (type === attributeTypes.bool) return { bool: Boolean(value) }
  if (type === attributeTypes.type) return { type: Number(value) }
  if (type === attributeTypes.float) return { float: Number(value) }
  if (type === attributeTypes.int) return { int: value as number | readonly number[] }
  if (type === attributeTypes.shape) return { shape: value as readonly number[] }
  if (type === attributeTypes.string) return { string: String(value) }
  throw new RangeError(`An attribute of type ${type} cannot be written`)
}

function encodeNode(name: string, { operation, inputs, attributes, device }: GraphNode): Uint8Array {
  return Buffer.concat([
    text(1, name),
    text(2, operation),
    ...inputs.map((input) => text(3, input)),
    ...(device ? [text(4, device)] : []),
    ...Object.entries(attributes).map(([key, value]) => entry(5, key, encodeAttribute(value))),
  ])
}

function encodeAttribute(value: AttributeValue): Uint8Array {
  if ('type' in value) return whole(6, value.type)
  if ('bool' in value) return whole(5, Number(value.bool))
  if ('float' in value) return float(4, value.float)
  if ('string' in value) return text(2, value.string)
  if ('shape' in value) return field(7, encodeShape(value.shape))
  if ('tensor' in value) return field(8, encodeTensor(value.tensor))
  if (typeof value.int === 'number') return whole(3, value.int)
  return field(1, ...value.int.map((one) => whole(3, one)))
}

function encodeShape(shape: readonly number[]): Uint8Array {
  return Buffer.concat(shape.map((size) => field(2, whole(1, size))))
}

function encodeTensor({ dtype, shape, values }: TensorValue): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return Buffer.concat([whole(1, dtype), field(2, encodeShape(shape)), field(4, bytes)])
}
