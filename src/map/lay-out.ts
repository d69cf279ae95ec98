// Two coordinates for each of many points, near for points that are near.
import { setImmediate } from 'node:timers/promises'
import { UMAP } from 'umap-js'
import type { Random } from '../random/random.ts'
import { type Anchors, forEachNearest } from './nearest.ts'

/**
 * The layout of UMAP (McInnes, Healy and Melville 2018), started from the first two principal components, which keeps the
 * global structure (Kobak and Linderman, "Initialization is critical for preserving global data structure in both t-SNE and
 * UMAP", Nature Biotechnology 2021).
 *
 * @param points at least three; the first two dimensions are those of the largest variance
 * @returns n × 2, row-major, centered, the largest coordinate is 1 or −1
 */
export async function layOut(points: Anchors, random: Random): Promise<Float32Array> {
  const rows = rowsOf(points)
  const nNeighbors = Math.min(maxNeighbors, rows.length - 1)
  const umap = new UMAP({ nNeighbors, nEpochs: epochs, random: random.uniform })
  const { indices, distances } = await neighborsOf(points, rows, nNeighbors)
  umap.setPrecomputedKNN(indices, distances)
  umap.initializeFit(rows)
  startFrom(rows, umap.getEmbedding(), random)
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step()
    await setImmediate()
  }
  return fitSquare(umap.getEmbedding())
}

/** As in UMAP's reference implementation. */
const maxNeighbors = 15
/** As there for more than 10,000 points; a start from principal components needs no more. */
const epochs = 200

function rowsOf({ dimensions, points }: Anchors): number[][] {
  return Array.from({ length: points.length / dimensions }, (_, row) =>
    Array.from(points.subarray(row * dimensions, (row + 1) * dimensions)),
  )
}

/** The nearest first: the point itself. */
async function neighborsOf(points: Anchors, rows: readonly number[][], k: number) {
  const indices: number[][] = []
  const distances: number[][] = []
  await forEachNearest(points, points.points, k, (neighbors, row) => {
    const others = Array.from(neighbors).filter((other) => other !== row)
    indices.push([row, ...others.slice(0, k - 1)])
    distances.push(indices[row]!.map((other) => distance(rows[row]!, rows[other]!)))
  })
  return { indices, distances }
}

function distance(a: readonly number[], b: readonly number[]): number {
  let squares = 0
  for (let d = 0; d < a.length; d++) squares += (a[d]! - b[d]!) ** 2
  return Math.sqrt(squares)
}

/** UMAP optimizes the rows of `embedding` in place. Noise separates equal points. */
function startFrom(rows: readonly number[][], embedding: number[][], random: Random): void {
  const largest = rows.reduce((max, [x, y = 0]) => Math.max(max, Math.abs(x!), Math.abs(y)), 0)
  for (const [row, position] of embedding.entries())
    for (let d = 0; d < 2; d++)
      position[d] = (startingRange * (rows[row]![d] ?? 0)) / largest + 1e-4 * random.normal()
}

const startingRange = 10

function fitSquare(embedding: readonly number[][]): Float32Array {
  const center = [0, 1].map((d) => {
    const values = embedding.map((position) => position[d]!)
    return (Math.min(...values) + Math.max(...values)) / 2
  })
  const centered = Float32Array.from(embedding.flatMap(([x, y]) => [x! - center[0]!, y! - center[1]!]))
  const largest = centered.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return largest === 0 ? centered : centered.map((value) => value / largest)
}
