// Training examples on the device, of which a batch is selected by row numbers.
import * as tf from '@tensorflow/tfjs'
import { type CsrMatrix, entryRows } from '../interactions/csr/csr-matrix.ts'
import { selectRows } from '../interactions/csr/select.ts'
import { type SparseTensor, withValues } from './sparse-tensor.ts'

/** Sparse matrices by name, with as many rows each. */
export type HostMatrices<Name extends string> = Readonly<Record<Name, CsrMatrix>>
export type DeviceMatrices<Name extends string> = Readonly<Record<Name, SparseTensor>>

export interface DeviceExamples<Name extends string> {
  /** What stays on the device from batch to batch; belongs to it. */
  readonly resident: tf.NamedTensorMap
  /** What the device must be told to select these rows, as tensors that the caller disposes of. */
  locate(rows: Int32Array): tf.NamedTensorMap
  /** The rows that were located, in their order; from operations on tensors alone, so that it may be recorded. */
  select(located: tf.NamedTensorMap): DeviceMatrices<Name>
  dispose(): void
}

/** Matrices that store entries in the same places; the first gives them. */
export interface SharedPattern<Name extends string> {
  readonly pattern: CsrMatrix
  readonly names: readonly Name[]
}

type Open = <Name extends string>(matrices: HostMatrices<Name>) => DeviceExamples<Name>

const openers = new Map<string, Open>()

/** The matrices as the current backend keeps them best; the caller disposes of them. */
export function openDeviceExamples<Name extends string>(matrices: HostMatrices<Name>): DeviceExamples<Name> {
  return (openers.get(tf.getBackend()) ?? selectOnHost)(matrices)
}

/** For a backend that keeps them in memory of its own. */
export function registerDeviceExamples(backendName: string, open: Open): void {
  openers.set(backendName, open)
}

/** Groups the matrices that share their arrays of offsets and column numbers. */
export function sharedPatterns<Name extends string>(matrices: HostMatrices<Name>): SharedPattern<Name>[] {
  const groups: { pattern: CsrMatrix; names: Name[] }[] = []
  for (const name of Object.keys(matrices) as Name[]) {
    const { offsets, indices } = matrices[name]
    const same = groups.find(({ pattern }) => pattern.offsets === offsets && pattern.indices === indices)
    if (same) same.names.push(name)
    else groups.push({ pattern: matrices[name], names: [name] })
  }
  return groups
}

/** Keeps the matrices in plain memory and uploads each batch: best where the device's memory is the host's. */
function selectOnHost<Name extends string>(matrices: HostMatrices<Name>): DeviceExamples<Name> {
  const groups = sharedPatterns(matrices)
  return {
    resident: {},
    locate: (rows) => Object.assign({}, ...groups.map(({ names }) => uploadRows(matrices, names, rows))),
    select: (located) =>
      Object.assign({}, ...groups.map(({ pattern, names }) => partsOf(located, pattern.columns, names))),
    dispose: () => {},
  }
}

function uploadRows<Name extends string>(
  matrices: HostMatrices<Name>,
  names: readonly Name[],
  rows: Int32Array,
): tf.NamedTensorMap {
  const selected = names.map((name) => [name, selectRows(matrices[name], rows)] as const)
  const [first, pattern] = selected[0]!
  return {
    [`${first}.offsets`]: tf.tensor1d(pattern.offsets, 'int32'),
    [`${first}.rowIndices`]: tf.tensor1d(entryRows(pattern), 'int32'),
    [`${first}.indices`]: tf.tensor1d(pattern.indices, 'int32'),
    ...Object.fromEntries(
      selected.map(([name, { values }]) => [`${name}.values`, tf.tensor1d(values, 'float32')]),
    ),
  }
}

function partsOf<Name extends string>(
  located: tf.NamedTensorMap,
  columns: number,
  names: readonly Name[],
): Record<Name, SparseTensor> {
  const part = (name: string, of: string) => located[`${name}.${of}`] as tf.Tensor1D
  const first = names[0]!
  const offsets = part(first, 'offsets')
  const sparse: SparseTensor = {
    shape: [offsets.size - 1, columns],
    offsets,
    rowIndices: part(first, 'rowIndices'),
    indices: part(first, 'indices'),
    values: part(first, 'values'),
  }
  const matrices = names.map((name) => [name, withValues(sparse, part(name, 'values'))])
  return Object.fromEntries(matrices) as Record<Name, SparseTensor>
}
