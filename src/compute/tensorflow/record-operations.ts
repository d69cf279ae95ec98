// The TensorFlow operations of a run, as a program that can be run again.
import type * as tf from '@tensorflow/tfjs'
import { UnrecordableError } from '../step-program.ts'
import type { TensorValue } from './graph.ts'
import { type Attribute, type Binding, nodeBackend } from './node-backend.ts'

/** Where a value comes from: an input by name, a constant by number, or an output of a call. */
export type Source =
  | { readonly input: string }
  | { readonly constant: number }
  | { readonly call: number; readonly output: number }

export interface RecordedCall {
  readonly operation: string
  readonly attributes: readonly Attribute[]
  readonly inputs: readonly Source[]
}

/** An update of a parameter by Adam. */
export interface RecordedUpdate {
  readonly parameter: Source
  readonly mean: Source
  readonly variance: Source
  readonly gradient: Source
}

export interface Recording {
  readonly constants: readonly TensorValue[]
  readonly calls: readonly RecordedCall[]
  readonly updates: readonly RecordedUpdate[]
  readonly result: Source
}

type Update = Readonly<Record<keyof RecordedUpdate, tf.Tensor>>

let noteUpdate: ((update: Update) => void) | null = null

export function isRecording(): boolean {
  return noteUpdate !== null
}

/** Adds an update to the record that is being made. */
export function recordUpdate(update: Update): void {
  noteUpdate?.(update)
}

/**
 * Runs `run` and records what it computes from `inputs`.
 *
 * @throws UnrecordableError when it computes with a tensor that is no input and was not made in it
 */
export function recordOperations(inputs: tf.NamedTensorMap, run: () => tf.Tensor): Recording {
  const backend = nodeBackend()
  const { binding } = backend
  const sources = new Map<number, Source>()
  const idOf = (tensor: tf.Tensor) => backend.getInputTensorIds([tensor])[0]!
  for (const [input, tensor] of Object.entries(inputs)) sources.set(idOf(tensor), { input })
  const constants: TensorValue[] = []
  const calls: RecordedCall[] = []
  const updates: RecordedUpdate[] = []
  const sourceOf = (id: number, reader: string): Source => {
    const source = sources.get(id)
    if (!source) throw new UnrecordableError(`${reader} reads a tensor made before the step`)
    return source
  }
  const observed: Pick<Binding, 'createTensor' | 'executeOp'> = {
    createTensor(shape, dtype, values) {
      const id = binding.createTensor(shape, dtype, values)
      sources.set(id, { constant: constants.length })
      constants.push({ dtype, shape: [...shape], values: values.slice() })
      return id
    },
    executeOp(operation, attributes, ids, outputs) {
      const results = binding.executeOp(operation, attributes, ids, outputs)
      for (const [output, { id }] of results.entries()) sources.set(id, { call: calls.length, output })
      calls.push({ operation, attributes, inputs: ids.map((id) => sourceOf(id, operation)) })
      return results
    },
  }
  backend.binding = Object.create(binding, {
    createTensor: { value: observed.createTensor },
    executeOp: { value: observed.executeOp },
  })
  noteUpdate = (update) => {
    const source = (part: keyof Update) => sourceOf(idOf(update[part]), 'Adam')
    updates.push({
      parameter: source('parameter'),
      mean: source('mean'),
      variance: source('variance'),
      gradient: source('gradient'),
    })
  }
  try {
    const result = run()
    return { constants, calls, updates, result: sourceOf(idOf(result), 'the result') }
  } finally {
    backend.binding = binding
    noteUpdate = null
  }
}

/**
 * Requires that two runs with other inputs made the same calls with the same constants, so that what differs comes
 * from the inputs alone.
 *
 * @throws UnrecordableError naming the first operation that differs
 */
export function requireSame(a: Recording, b: Recording): void {
  if (a.calls.length !== b.calls.length)
    throw new UnrecordableError(`Two steps made ${a.calls.length} and ${b.calls.length} calls`)
  for (const [n, call] of a.calls.entries()) {
    const other = b.calls[n]!
    const differs =
      JSON.stringify(call) !== JSON.stringify(other) ||
      call.inputs.some((source) => 'constant' in source && !sameConstant(a, b, source.constant))
    if (differs)
      throw new UnrecordableError(`The call ${call.operation} differs between two steps (${other.operation})`)
  }
  if (JSON.stringify([a.updates, a.result]) !== JSON.stringify([b.updates, b.result]))
    throw new UnrecordableError('Two steps made different updates')
}

function sameConstant(a: Recording, b: Recording, at: number): boolean {
  const [one, other] = [a.constants[at]!, b.constants[at]!]
  return one.shape.join() === other.shape.join() && Buffer.compare(bytesOf(one), bytesOf(other)) === 0
}

function bytesOf({ values }: TensorValue): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
