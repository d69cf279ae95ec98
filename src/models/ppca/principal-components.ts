import { setImmediate } from 'node:timers/promises'
import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix'
import type { Random } from '../../random/random.ts'
import type { SolveContext } from '../model.ts'
import type { SymmetricOperator } from './covariance.ts'

export interface PrincipalComponents {
  /** The largest eigenvalues, largest first. */
  readonly eigenvalues: Float64Array
  /** Their eigenvectors: d × count, row-major. */
  readonly eigenvectors: Float64Array
}

interface ComponentOptions extends SolveContext {
  /** The largest change of an eigenvalue in the last iteration, as a share of the largest eigenvalue. */
  readonly tolerance?: number
}

/**
 * The `count` leading eigenpairs, by subspace iteration with a few additional directions (Halko, Martinsson and Tropp
 * 2011, algorithms 4.4 and 5.3), until the eigenvalues converge. Exact after one iteration if the subspace covers all of d.
 *
 * @throws Error when the eigenvalues do not converge, and the signal's reason when it interrupts the computation.
 */
export async function principalComponents(
  matrix: SymmetricOperator,
  count: number,
  { random, signal, onProgress, tolerance = 1e-5 }: ComponentOptions,
): Promise<PrincipalComponents> {
  const { size } = matrix
  const width = Math.min(size, count + additionalDirections)
  let basis = orthonormalize(Matrix.from1DArray(size, width, draws(size * width, random)))
  let previous = new Float64Array(count)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const image = Matrix.from1DArray(size, width, matrix.multiply(basis.to1DArray(), width))
    const { values, vectors } = decompose(basis.transpose().mmul(image))
    const eigenvalues = values.slice(0, count)
    const change = largestChange(eigenvalues, previous)
    if (width === size || change <= tolerance)
      return { eigenvalues, eigenvectors: firstColumns(basis.mmul(vectors), count) }
    previous = eigenvalues
    basis = orthonormalize(image.mmul(vectors))
    onProgress?.(Math.max(0, Math.log(change) / Math.log(tolerance)))
    await setImmediate() // a signal arrives between two iterations
    signal?.throwIfAborted()
  }
  throw new Error(`The ${count} largest eigenvalues did not converge in ${maxIterations} iterations`)
}

const additionalDirections = 20
const maxIterations = 300

/** As a share of the largest value. */
function largestChange(values: Float64Array, previous: Float64Array): number {
  return values.reduce((most, value, k) => Math.max(most, Math.abs(value - previous[k]!)), 0) / values[0]!
}

/** Orthonormal columns with the same span as those of `matrix`. */
function orthonormalize(matrix: Matrix): Matrix {
  return new QrDecomposition(matrix).orthogonalMatrix
}

/** The eigenpairs of a symmetric matrix, the largest eigenvalue first. */
function decompose(matrix: Matrix): { values: Float64Array; vectors: Matrix } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  })
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  return {
    values: Float64Array.from(order, (k) => realEigenvalues[k]!),
    vectors: eigenvectorMatrix.subMatrixColumn(order),
  }
}

function firstColumns(matrix: Matrix, count: number): Float64Array {
  return Float64Array.from(matrix.subMatrix(0, matrix.rows - 1, 0, count - 1).to1DArray())
}

function draws(size: number, random: Random): number[] {
  return Array.from({ length: size }, () => random.normal())
}
