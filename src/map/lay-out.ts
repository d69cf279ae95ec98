// Two coordinates for each of many points, near for points that are near.
import { setImmediate } from 'node:timers/promises'
import type { Random } from '../random/random.ts'
import { type FuzzyGraph, fuzzyGraph } from './fuzzy-graph.ts'
import type { Anchors } from './nearest.ts'

/**
 * The layout of UMAP (McInnes, Healy and Melville 2018), started from the first two principal components, which keeps the
 * global structure (Kobak and Linderman, "Initialization is critical for preserving global data structure in both t-SNE and
 * UMAP", Nature Biotechnology 2021).
 *
 * @param points at least three; the first two dimensions are those of the largest variance
 * @returns n × 2, row-major, centered, the largest coordinate is 1 or −1
 */
export async function layOut(points: Anchors, random: Random): Promise<Float32Array> {
  const count = points.points.length / points.dimensions
  const graph = await fuzzyGraph(points, Math.min(maxNeighbors, count - 1))
  const positions = startFrom(points, count, random)
  const step = createStep(graph, positions, random)
  for (let epoch = 0; epoch < epochs; epoch++) {
    step(epoch)
    await setImmediate()
  }
  return fitSquare(positions)
}

/** With the point itself, as in UMAP's reference implementation. */
const maxNeighbors = 15
/** As there for more than 10,000 points; a start from principal components needs no more. */
const epochs = 200

/** Noise separates equal points. */
function startFrom({ dimensions, points }: Anchors, count: number, random: Random): Float64Array {
  const coordinate = (row: number, d: number) => (d < dimensions ? points[row * dimensions + d]! : 0)
  const positions = Float64Array.from({ length: 2 * count }, (_, n) => coordinate(n >> 1, n & 1))
  const largest = positions.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return positions.map((value) => (startingRange * value) / largest + 1e-4 * random.normal())
}

const startingRange = 10

/** 1 / (1 + a d^2b) is the closest to 1 up to the distance 0.1 and exp(0.1 − d) beyond: the defaults of the reference implementation. */
const a = 1.5769434603113077
const b = 0.8950608779109733
const negativeSamples = 5
const maxGradient = 4

/**
 * An epoch of stochastic gradient descent, which moves `positions`. An edge is sampled in a share of the epochs that is
 * proportional to its weight: its ends attract each other, and random points repel its start.
 */
function createStep({ from, to, weights }: FuzzyGraph, positions: Float64Array, random: Random) {
  const count = positions.length / 2
  const largest = weights.reduce((max, weight) => Math.max(max, weight), 0)
  const period = weights.map((weight) => largest / weight)
  const next = Float64Array.from(period)
  const nextNegative = period.map((value) => value / negativeSamples)
  return (epoch: number) => {
    const rate = 1 - Math.max(0, epoch - 1) / epochs
    for (let edge = 0; edge < from.length; edge++) {
      // an edge whose weight is below the largest over the epochs is never sampled
      if (next[edge]! > epoch) continue
      next[edge]! += period[edge]!
      const start = 2 * from[edge]!
      attract(positions, start, 2 * to[edge]!, rate)
      const wait = period[edge]! / negativeSamples
      const samples = Math.floor((epoch - nextNegative[edge]!) / wait)
      nextNegative[edge]! += samples * wait
      for (let sample = 0; sample < samples; sample++)
        repel(positions, start, 2 * random.integer(count), rate)
    }
  }
}

function attract(positions: Float64Array, start: number, end: number, rate: number): void {
  const x = positions[start]! - positions[end]!
  const y = positions[start + 1]! - positions[end + 1]!
  const squares = x * x + y * y
  if (squares === 0) return
  const power = a * Math.exp(b * Math.log(squares))
  const gradient = (-2 * b * power) / (squares * (power + 1))
  const dx = rate * clip(gradient * x)
  const dy = rate * clip(gradient * y)
  positions[start]! += dx
  positions[start + 1]! += dy
  positions[end]! -= dx
  positions[end + 1]! -= dy
}

function repel(positions: Float64Array, start: number, other: number, rate: number): void {
  if (start === other) return
  const x = positions[start]! - positions[other]!
  const y = positions[start + 1]! - positions[other + 1]!
  const squares = x * x + y * y
  // equal points are pushed apart as far as any
  const gradient = squares > 0 ? (2 * b) / ((0.001 + squares) * (a * Math.exp(b * Math.log(squares)) + 1)) : 0
  positions[start]! += rate * (gradient > 0 ? clip(gradient * x) : maxGradient)
  positions[start + 1]! += rate * (gradient > 0 ? clip(gradient * y) : maxGradient)
}

function clip(value: number): number {
  return Math.max(-maxGradient, Math.min(maxGradient, value))
}

function fitSquare(positions: Float64Array): Float32Array {
  const center = [0, 1].map((axis) => {
    const values = positions.filter((_, n) => n % 2 === axis)
    return (Math.min(...values) + Math.max(...values)) / 2
  })
  const centered = Float32Array.from(positions, (value, n) => value - center[n % 2]!)
  const largest = centered.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  return largest === 0 ? centered : centered.map((value) => value / largest)
}
