// Recorded steps as a TensorFlow graph: parameters, their moments and the data are its variables.
import * as tf from '@tensorflow/tfjs'
import { adamConstants } from '../adam.ts'
import { read } from '../read.ts'
import { type StepProgram, type StepSource, type StepVariant, UnrecordableError } from '../step-program.ts'
import { attributeValue, Graph, type TensorValue } from './graph.ts'
import { types } from './native.ts'
import { type Recording, recordOperations, requireSame, type Source } from './record-operations.ts'
import { type LoadedGraph, loadGraph } from './saved-model.ts'

export async function recordTensorflowSteps(source: StepSource): Promise<StepProgram> {
  const variables = variablesOf(source)
  const recordings = source.variants.map((variant) => ({ variant, recording: record(variant, variables) }))
  const graph = new Graph()
  for (const [name, { shape }] of Object.entries(variables)) addVariable(graph, name, shape)
  addVariable(graph, total, [])
  for (const name of Object.keys(source.copies)) addCopy(graph, name)
  for (const { variant, recording } of recordings) addStep(graph, variant, recording)
  const loaded = loadGraph(graph)
  for (const [name, tensor] of Object.entries(variables)) assign(loaded, name, tensor)
  const zero = () => tf.tidy(() => assign(loaded, total, tf.scalar(0)))
  zero()
  const updated = new Map(
    recordings.map(({ variant, recording }) => [variant.name, updatedParameters(recording)] as const),
  )
  return {
    run(variant, inputs, rate) {
      const names = updated.get(variant)!
      const steps = advance(source.adam.steps, names)
      const meanCorrection = 1 - adamConstants.beta1 ** steps
      const deviationCorrection = Math.sqrt(1 - adamConstants.beta2 ** steps)
      tf.tidy(() => {
        const scalars = {
          [`${variant}/rate`]: tf.scalar((rate * deviationCorrection) / meanCorrection),
          [`${variant}/epsilon`]: tf.scalar(adamConstants.epsilon * deviationCorrection),
        }
        const named = Object.entries(inputs).map(([name, tensor]) => [`${variant}/${name}`, tensor])
        loaded.fetch(`${variant}/done`, { ...Object.fromEntries(named), ...scalars })
      })
    },
    copyParameters() {
      for (const name of Object.keys(source.copies)) loaded.fetch(`copy/${name}/done`).dispose()
    },
    async takeTotal() {
      const [sum] = await read(loaded.fetch(`${total}/read`))
      zero()
      return sum!
    },
    async download() {
      const { mean, variance } = source.adam
      for (const [group, tensors] of Object.entries({ parameter: source.parameters, mean, variance }))
        for (const [name, variable] of Object.entries(tensors))
          tf.tidy(() => variable.assign(loaded.fetch(`${group}/${name}/read`)))
    },
    dispose: () => loaded.dispose(),
  }
}

const total = 'total'

/** All tensors that stay on the device, by the names of their variables. */
function variablesOf({ parameters, adam, data, copies }: StepSource): tf.NamedTensorMap {
  const groups = { parameter: parameters, mean: adam.mean, variance: adam.variance, data, copy: copies }
  return Object.fromEntries(
    Object.entries(groups).flatMap(([group, tensors]) =>
      Object.entries(tensors).map(([name, tensor]) => [`${group}/${name}`, tensor]),
    ),
  )
}

function record({ samples, run }: StepVariant, variables: tf.NamedTensorMap): Recording {
  const [one, other] = samples.map((inputs) => recordRun(inputs, run, variables))
  requireSame(one!, other!)
  return one!
}

function recordRun(
  inputs: tf.NamedTensorMap,
  run: StepVariant['run'],
  variables: tf.NamedTensorMap,
): Recording {
  const fed = Object.entries(inputs).map(([name, tensor]) => [`fed/${name}`, tensor])
  const scope = tf.engine()
  scope.startScope('record')
  try {
    return recordOperations({ ...variables, ...Object.fromEntries(fed) }, () => run(inputs))
  } finally {
    scope.endScope()
  }
}

function updatedParameters({ updates }: Recording): string[] {
  return updates.map(({ parameter }) => nameOf(parameter).slice('parameter/'.length))
}

/** Counts one more step of each parameter. */
function advance(steps: Record<string, number>, names: readonly string[]): number {
  for (const name of names) steps[name] = steps[name]! + 1
  const counts = new Set(names.map((name) => steps[name]!))
  if (counts.size > 1)
    throw new RangeError(`Parameters of one step have made ${[...counts].join(' and ')} steps`)
  return [...counts][0] ?? 1
}

/** Of floats. */
function addVariable(graph: Graph, name: string, shape: readonly number[]): void {
  const type = { type: types.float }
  const handle = graph.add(
    {
      operation: 'VarHandleOp',
      inputs: [],
      attributes: { dtype: type, shape: { shape }, shared_name: { string: name } },
    },
    name,
  )
  addRead(graph, handle, type, `${name}/read`)
  const value = addPlaceholder(graph, `${name}/value`, shape, 'float32')
  addDone(graph, `${name}/assigned`, [addAssign(graph, handle, value, type)])
}

function addRead(graph: Graph, handle: string, dtype: { readonly type: number }, name?: string): string {
  return graph.add({ operation: 'ReadVariableOp', inputs: [handle], attributes: { dtype } }, name)
}

function addAssign(graph: Graph, handle: string, value: string, dtype: { readonly type: number }): string {
  return graph.add({ operation: 'AssignVariableOp', inputs: [handle, value], attributes: { dtype } })
}

function addCopy(graph: Graph, name: string): void {
  const float = { type: types.float }
  const read = addRead(graph, `parameter/${name}`, float)
  addDone(graph, `copy/${name}/done`, [addAssign(graph, `copy/${name}`, read, float)])
}

function addPlaceholder(graph: Graph, name: string, shape: readonly number[], dtype: tf.DataType): string {
  const type = { type: dtype === 'float32' ? types.float : types.int32 }
  return graph.add(
    { operation: 'Placeholder', inputs: [], attributes: { dtype: type, shape: { shape } } },
    name,
  )
}

/** The output fetched to run others: a number on the host, so that the call does not wait for the device. */
function addDone(graph: Graph, name: string, after: readonly string[]): void {
  const one = { dtype: types.int32, shape: [], values: Int32Array.of(1) }
  graph.add({ ...constant(one), inputs: after.map((node) => `^${node}`), device: '/device:CPU:0' }, name)
}

function constant(tensor: TensorValue) {
  return {
    operation: 'Const',
    inputs: [],
    attributes: { dtype: { type: tensor.dtype }, value: { tensor } },
  }
}

/** The step's calls, its updates once all that read a parameter have done so, and the sum of its results. */
function addStep(graph: Graph, { name, samples }: StepVariant, recording: Recording): void {
  const scalars = ['rate', 'epsilon'].map((scalar) =>
    addPlaceholder(graph, `${name}/${scalar}`, [], 'float32'),
  )
  const inputs = new Map<string, string>()
  for (const [input, tensor] of Object.entries(samples[0]))
    inputs.set(`fed/${input}`, addPlaceholder(graph, `${name}/${input}`, tensor.shape, tensor.dtype))
  const constants = recording.constants.map((value) => graph.add(constant(value)))
  const calls: string[] = []
  const readers = new Map<string, string[]>()
  const outputOf = (source: Source): string => {
    if ('constant' in source) return constants[source.constant]!
    if ('call' in source) return `${calls[source.call]}:${source.output}`
    const known = inputs.get(source.input)
    if (known) return known
    const read = addRead(graph, source.input, { type: types.float })
    inputs.set(source.input, read)
    return read
  }
  for (const { operation, attributes, inputs: sources } of recording.calls) {
    const values = attributes.map((attribute) => [attribute.name, attributeValue(attribute)] as const)
    const node = graph.add({
      operation,
      inputs: sources.map(outputOf),
      attributes: Object.fromEntries(values),
    })
    calls.push(node)
    for (const source of sources)
      if ('input' in source) readers.set(source.input, [...(readers.get(source.input) ?? []), node])
  }
  const float = { type: types.float }
  const fixed = (value: number) =>
    graph.add(constant({ dtype: types.float, shape: [], values: Float32Array.of(value) }))
  const [zero, beta1, beta2] = [0, adamConstants.beta1, adamConstants.beta2].map(fixed)
  const updates = recording.updates.map(({ parameter, mean, variance, gradient }) =>
    graph.add({
      operation: 'ResourceApplyAdam',
      inputs: [
        ...[parameter, mean, variance].map(nameOf),
        // the corrections of the bias are in rate and epsilon
        ...[zero!, zero!, scalars[0]!, beta1!, beta2!, scalars[1]!, outputOf(gradient)],
        ...new Set((readers.get(nameOf(parameter)) ?? []).map((node) => `^${node}`)),
      ],
      attributes: { T: float },
    }),
  )
  const sum = graph.add({
    operation: 'AssignAddVariableOp',
    inputs: [total, outputOf(recording.result)],
    attributes: { dtype: float },
  })
  addDone(graph, `${name}/done`, [...updates, sum])
}

function nameOf(source: Source): string {
  if ('input' in source) return source.input
  throw new UnrecordableError('Adam updates a tensor that is no parameter')
}

function assign(loaded: LoadedGraph, name: string, value: tf.Tensor): void {
  loaded.fetch(`${name}/assigned`, { [`${name}/value`]: value }).dispose()
}
