import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix'
import type { Random } from '../../random/random.ts'
import type { Covariance } from './covariance.ts'

export interface PrincipalComponents {
  /** The largest eigenvalues of the covariance, largest first. */
  readonly eigenvalues: Float64Array
  /** Their eigenvectors: d × count, row-major. */
  readonly eigenvectors: Float64Array
}

/**
 * The `count` leading eigenpairs, by subspace iteration with a few directions to spare (Halko, Martinsson and Tropp
 * 2011, algorithms 4.4 and 5.3), until no eigenvalue moves any more. Exact at once where `count` and what is to spare
 * cover all of d.
 *
 * @throws Error when the eigenvalues do not settle.
 */
export function principalComponents(
  covariance: Covariance,
  count: number,
  random: Random,
): PrincipalComponents {
  const { size } = covariance
  const width = Math.min(size, count + spare)
  let basis = orthonormalize(Matrix.from1DArray(size, width, draws(size * width, random)))
  let before = new Float64Array(count)
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const image = Matrix.from1DArray(size, width, covariance.multiply(basis.to1DArray(), width))
    const { values, vectors } = decompose(basis.transpose().mmul(image))
    const eigenvalues = values.slice(0, count)
    if (width === size || hasSettled(eigenvalues, before))
      return { eigenvalues, eigenvectors: firstColumns(basis.mmul(vectors), count) }
    before = eigenvalues
    basis = orthonormalize(image.mmul(vectors))
  }
  throw new Error(`The ${count} largest eigenvalues did not settle in ${mostIterations} iterations`)
}

const spare = 20
const mostIterations = 300

function hasSettled(values: Float64Array, before: Float64Array): boolean {
  return values.every((value, k) => Math.abs(value - before[k]!) <= 1e-5 * values[0]!)
}

/** Columns of length 1 at right angles, that span what those of `matrix` span. */
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
