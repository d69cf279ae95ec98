import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { compiledKernelsPath, compileKernels } from './compile-kernels.ts'

/** The functions of `kernels/`; an address is that of a tensor's first byte. */
export interface Kernels {
  sparseDense(
    rows: number,
    offsets: number,
    indices: number,
    values: number,
    dense: number,
    size: number,
    out: number,
  ): void
  transposeSparse(
    rows: number,
    columns: number,
    offsets: number,
    indices: number,
    values: number,
    outOffsets: number,
    outIndices: number,
    outValues: number,
  ): void
  sampled(
    rows: number,
    offsets: number,
    indices: number,
    a: number,
    b: number,
    size: number,
    out: number,
  ): void
  dots(size: number, indices: number, a: number, b: number, width: number, biases: number, out: number): void
  multinomialNll(
    rows: number,
    columns: number,
    logits: number,
    offsets: number,
    indices: number,
    values: number,
    nll: number,
    logNormalizers: number,
  ): void
  multinomialNllGradient(
    rows: number,
    columns: number,
    logits: number,
    offsets: number,
    indices: number,
    values: number,
    dy: number,
    logNormalizers: number,
    out: number,
  ): void
  adam(
    size: number,
    parameter: number,
    gradient: number,
    mean: number,
    variance: number,
    parameterOut: number,
    meanOut: number,
    varianceOut: number,
    decay: number,
    rate: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
  ): void
  takeSlices(
    outer: number,
    size: number,
    inner: number,
    count: number,
    positions: number,
    x: number,
    out: number,
  ): void
  sparseAdam(
    outer: number,
    size: number,
    inner: number,
    count: number,
    positions: number,
    gradient: number,
    parameter: number,
    mean: number,
    variance: number,
    decay: number,
    rate: number,
    scale: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
  ): void
  tanh(size: number, input: number, out: number): void
  exp(size: number, input: number, out: number): void
  columnSums(rows: number, columns: number, input: number, out: number): void
  sumOfSquares(size: number, x: number): number
  quantize(size: number, x: number, codes: number, about: number): void
  shortlist(
    size: number,
    products: number,
    step: number,
    steps: number,
    biases: number,
    doubt: number,
    doubts: number,
    slack: number,
    allowed: number,
    count: number,
    a: number,
    b: number,
    width: number,
    lowest: number,
    out: number,
  ): number
  candidates(
    size: number,
    products: number,
    step: number,
    steps: number,
    biases: number,
    allowed: number,
    count: number,
    lowest: number,
    out: number,
  ): number
  gather(size: number, indices: number, values: number, out: number): void
  countNonZero(size: number, values: number): number
  compact(
    rows: number,
    offsets: number,
    indices: number,
    values: number,
    outOffsets: number,
    outRowIndices: number,
    outIndices: number,
    outValues: number,
  ): void
  philoxUniform(size: number, key0: number, key1: number, step: number, stream: number, out: number): void
  philoxNormal(size: number, key0: number, key1: number, step: number, stream: number, out: number): void
  philoxDropout(
    size: number,
    key0: number,
    key1: number,
    step: number,
    stream: number,
    rate: number,
    factor: number,
    x: number,
    out: number,
  ): void
}

/**
 * The kernels on `memory`; compiled first where the installation did not.
 *
 * @throws Error when they are not compiled and cannot be.
 */
export async function loadKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const path = compiledKernelsPath()
  const binary = await readFile(existsSync(path) ? path : await compileKernels())
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory, log: Math.log } })
  return instance.exports as unknown as Kernels
}
