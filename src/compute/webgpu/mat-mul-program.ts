// The WGSL of a dense product in tiles.
import { workgroupIndex } from './commands.ts'
import type { Program } from './pipelines.ts'

/** Of a tile along the inner axis. */
export const depth = 16

interface Variant {
  readonly tile: 64 | 128
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** Whether the rows of each matrix in memory are whole vectors of 4. */
  readonly isAlignedA: boolean
  readonly isAlignedB: boolean
  readonly isAlignedResult: boolean
  readonly hasBias: boolean
}

/** One of the two factors as its tile is loaded. */
interface Operand {
  readonly name: 'A' | 'B'
  readonly isAligned: boolean
  /** Whether its rows in memory lie along the tile, not along the inner axis. */
  readonly isAlong: boolean
  /** WGSL: the length of its rows in memory, and its size along the tile. */
  readonly width: string
  readonly size: string
}

const programs = new Map<string, Program>()

export function matMulProgram(variant: Variant): Program {
  const key = Object.values(variant).join()
  const known = programs.get(key)
  if (known) return known
  const program = { name: `mat-mul ${key}`, code: code(variant) }
  programs.set(key, program)
  return program
}

/**
 * Each thread computes 8 × 8 elements: two rows of four in two columns of vectors of four. It loads squares of 4 × 4
 * elements, the next ones while it multiplies these, and turns those whose rows do not lie along the tile. In workgroup
 * memory a tile is depth × tile; the vectors of a row are swapped among eight so that turned squares meet few bank
 * conflicts.
 */
function code({
  tile,
  transposeA,
  transposeB,
  isAlignedA,
  isAlignedB,
  isAlignedResult,
  hasBias,
}: Variant): string {
  const side = tile / 8 // threads along a side
  const threads = side * side
  const vectors = tile / 4
  const operands: readonly Operand[] = [
    {
      name: 'A',
      isAligned: isAlignedA,
      isAlong: transposeA,
      width: transposeA ? 'parameters.rows' : 'parameters.inner',
      size: 'parameters.rows',
    },
    {
      name: 'B',
      isAligned: isAlignedB,
      isAlong: !transposeB,
      width: transposeB ? 'parameters.inner' : 'parameters.columns',
      size: 'parameters.columns',
    },
  ]
  // an operand has as many squares as its tile has rows: half of the threads load each, or all load both
  const isShared = tile < threads
  const perThread = (write: (operand: Operand, n: number, square: string) => string) =>
    isShared
      ? `if (lane < ${tile}) { ${write(operands[0]!, 0, 'lane')} } else { ${write(operands[1]!, 0, `(lane - ${tile})`)} }`
      : operands.map((operand, n) => write(operand, n, 'lane')).join('\n    ')
  // neighboring threads read neighboring memory
  const vectorOf = ({ isAlong }: Operand, square: string) =>
    isAlong ? `${square} % ${vectors}` : `${square} / 4`
  const depthOf = ({ isAlong }: Operand, square: string) =>
    isAlong ? `${square} / ${vectors} * 4` : `${square} % 4 * 4`
  const load = (k: string) =>
    perThread((operand, n, square) => {
      const first = `${operand.name === 'A' ? 'row' : 'column'} + ${vectorOf(operand, square)} * 4`
      return `next[${n}] = square${operand.name}(${k} + ${depthOf(operand, square)}, ${first}, end);`
    })
  const store = perThread((operand, n, square) =>
    [0, 1, 2, 3]
      .map(
        (d) =>
          `tile${operand.name}[place(${depthOf(operand, square)} + ${d}, ${vectorOf(operand, square)})] = next[${n}][${d}];`,
      )
      .join(' '),
  )
  return /* wgsl */ `
struct Parameters { rows: u32, columns: u32, inner: u32, split: u32 }
@group(0) @binding(0) var<storage, read> a: array<${isAlignedA ? 'vec4f' : 'f32'}>;
@group(0) @binding(1) var<storage, read> b: array<${isAlignedB ? 'vec4f' : 'f32'}>;
@group(0) @binding(2) var<storage, read_write> result: array<${isAlignedResult ? 'vec4f' : 'f32'}>;
${hasBias ? '@group(0) @binding(3) var<storage, read> bias: array<f32>;' : ''}
@group(0) @binding(${hasBias ? 4 : 3}) var<uniform> parameters: Parameters;
var<workgroup> tileA: array<vec4f, ${depth * vectors}>;
var<workgroup> tileB: array<vec4f, ${depth * vectors}>;
${workgroupIndex}
fn place(k: u32, vector: u32) -> u32 { return k * ${vectors} + (vector ^ (((k >> 2) & 3) << 1)); }
${operands.map(loadFunctions).join('\n')}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let group = workgroupIndex(id, count);
  let tileRows = (parameters.rows + ${tile - 1}) / ${tile};
  let tileColumns = (parameters.columns + ${tile - 1}) / ${tile};
  let row = group % tileRows * ${tile};
  let column = group / tileRows % tileColumns * ${tile};
  let part = group / tileRows / tileColumns;
  let start = part * parameters.split;
  let end = min(parameters.inner, start + parameters.split);
  let x = lane % ${side};
  let y = lane / ${side};
  var sums: array<vec4f, 16>;
  var next: array<mat4x4f, ${isShared ? 1 : 2}>;
  ${load('start')}
  for (var k = start; k < end; k += ${depth}) {
    ${store}
    workgroupBarrier();
    if (k + ${depth} < end) {
    ${load(`k + ${depth}`)}
    }
    for (var quarter = 0u; quarter < 4; quarter++) {
      let top = quarter * ${4 * vectors} + (y ^ (quarter << 1));
      let bottom = quarter * ${4 * vectors} + ((y + ${side}) ^ (quarter << 1));
      let left = quarter * ${4 * vectors} + (x ^ (quarter << 1));
      let right = quarter * ${4 * vectors} + ((x + ${side}) ^ (quarter << 1));
      for (var d = 0u; d < ${4 * vectors}; d += ${vectors}) { ${multiplyAdd} }
    }
    workgroupBarrier();
  }
  let base = part * parameters.rows * parameters.columns;
  ${Array.from({ length: 16 }, (_, n) => writeVector(n, side, isAlignedResult, hasBias)).join('\n  ')}
}`
}

/** Adds the outer product of one column of the tile of a and one row of the tile of b. */
const multiplyAdd = [
  'let a0 = tileA[top + d]; let a1 = tileA[bottom + d]; let b0 = tileB[left + d]; let b1 = tileB[right + d];',
  ...[0, 1].flatMap((half) =>
    [0, 1, 2, 3].flatMap((r) =>
      [0, 1].map((c) => {
        const sum = `sums[${half * 8 + r * 2 + c}]`
        return `${sum} = fma(vec4f(a${half}[${r}]), b${c}, ${sum});`
      }),
    ),
  ),
].join('\n      ')

function writeVector(n: number, side: number, isAligned: boolean, hasBias: boolean): string {
  const half = (at: string, second: boolean) => (second ? `(${at} + ${side})` : at)
  const r = `row + ${half('y', n >= 8)} * 4 + ${(n % 8) >> 1}`
  const c = `column + ${half('x', n % 2 === 1)} * 4`
  const at = 'base + r * parameters.columns + c'
  const write = isAligned
    ? `if (c < parameters.columns) { result[(${at}) / 4] = sums[${n}]${hasBias ? ' + vec4f(bias[c], bias[c + 1], bias[c + 2], bias[c + 3])' : ''}; }`
    : [0, 1, 2, 3]
        .map(
          (e) =>
            `if (c + ${e} < parameters.columns) { result[${at} + ${e}] = sums[${n}][${e}]${hasBias ? ` + bias[c + ${e}]` : ''}; }`,
        )
        .join(' ')
  return `{ let r = ${r}; let c = ${c}; if (r < parameters.rows) { ${write} } }`
}

/**
 * `load`: four neighbors in memory, zeros beyond the end of a row. `square`: 4 × 4 elements from depth `k` and place
 * `first` on, whose columns lie along the tile.
 */
function loadFunctions({ name, isAligned, isAlong, width, size }: Operand): string {
  const array = name.toLowerCase()
  const load = isAligned
    ? `return ${array}[(row * ${width} + column) / 4];`
    : `let at = row * ${width} + column;
  return vec4f(${array}[at], ${[1, 2, 3]
    .map((n) => `select(0.0, ${array}[min(at + ${n}, arrayLength(&${array}) - 1)], column + ${n} < ${width})`)
    .join(', ')});`
  const vectors = [0, 1, 2, 3].map((n) =>
    isAlong ? `load${name}(k + ${n}, first, end)` : `load${name}(first + ${n}, k, ${size})`,
  )
  const square = `mat4x4f(${vectors.join(', ')})`
  return /* wgsl */ `
fn load${name}(row: u32, column: u32, rows: u32) -> vec4f {
  if (row >= rows || column >= ${width}) { return vec4f(0); }
  ${load}
}
fn square${name}(k: u32, first: u32, end: u32) -> mat4x4f { return ${isAlong ? square : `transpose(${square})`}; }`
}
