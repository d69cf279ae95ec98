// Elementwise arithmetic as a value: it is computed where it is needed, in one dispatch for a whole formula.
import type * as tf from '@tensorflow/tfjs'
import type { Program } from './device.ts'

/** A float for each index of a tensor, row-major. */
export type Expression =
  | { readonly kind: 'stored'; readonly tensor: tf.TensorInfo }
  | { readonly kind: 'constant'; readonly value: number }
  /** `formula` with a, b … in the places of the operands. */
  | { readonly kind: 'apply'; readonly formula: string; readonly operands: readonly Expression[] }
  /** The operand at another index: `index` is a WGSL expression of i. */
  | { readonly kind: 'at'; readonly index: string; readonly operand: Expression }
  /** The operand at the indices that an integer tensor holds. */
  | { readonly kind: 'gather'; readonly indices: tf.TensorInfo; readonly operand: Expression }
  /** The first operand where the WGSL expression `condition` of i holds, else the second. */
  | {
      readonly kind: 'choose'
      readonly condition: string
      readonly operands: readonly [Expression, Expression]
    }
  /** The sum over `count` blocks of `stride` elements each, in their order. */
  | {
      readonly kind: 'blocks'
      readonly tensor: tf.TensorInfo
      readonly count: number
      readonly stride: number
    }
  /** A WGSL expression of i and of unsigned words w0, w1 …: numbers, or the first element of a tensor. */
  | {
      readonly kind: 'generate'
      readonly declarations: string
      readonly formula: string
      readonly words: readonly (number | tf.TensorInfo)[]
    }

/** The tensor as it is now: a variable's data changes by assignment. */
export function infoOf({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  return { dataId, shape, dtype }
}

/** How many operations an element costs, each use of a shared part counted. */
export function costOf(expression: Expression): number {
  switch (expression.kind) {
    case 'stored':
    case 'constant':
      return 1
    case 'at':
    case 'gather':
      return 1 + costOf(expression.operand)
    case 'apply':
    case 'choose':
      return expression.operands.reduce((sum, operand) => sum + costOf(operand), 1)
    case 'blocks':
      return Math.ceil(expression.count / 2)
    case 'generate':
      return 4
  }
}

/** The tensors it reads, each once. */
export function tensorsOf(expression: Expression, found: Map<object, tf.TensorInfo> = new Map()) {
  const add = (tensor: tf.TensorInfo) => found.set(tensor.dataId, tensor)
  if ('tensor' in expression) add(expression.tensor)
  if ('indices' in expression) add(expression.indices)
  if ('operand' in expression) tensorsOf(expression.operand, found)
  if ('operands' in expression) for (const operand of expression.operands) tensorsOf(operand, found)
  if ('words' in expression) for (const word of expression.words) if (typeof word !== 'number') add(word)
  return found
}

/** An expression as WGSL: statements, the name that holds its value, and what must be bound. */
export interface Compiled {
  readonly declarations: string
  readonly statements: string
  readonly value: string
  /** Bound as `t0`, `t1` … */
  readonly tensors: readonly tf.TensorInfo[]
  /** Bit patterns, in fours, in the parameters as `words`. */
  readonly words: readonly number[]
  /** Of the names of its tensors and words, where a program computes several expressions. */
  readonly prefix: string
}

/** @param index the WGSL name of the index at which the value is wanted */
export function compile(expression: Expression, index = 'i', prefix = ''): Compiled {
  const tensors = [...tensorsOf(expression).values()]
  const numbers = new Map(tensors.map(({ dataId }, n) => [dataId, n]))
  const declarations = new Set<string>()
  const words: number[] = []
  let names = 0

  const word = (bits: number) => {
    const n = words.push(bits >>> 0) - 1
    return `parameters.${prefix}words[${n >> 2}][${n & 3}]`
  }
  /** WGSL at another index, its numbers among the words: the same program serves all shapes. */
  const placed = (text: string, at: string) =>
    text
      .replaceAll(/\bi\b/g, at)
      .replaceAll(/\b(\d+)u\b/g, (literal, n) => (n === '0' ? literal : word(Number(n))))
  const load = (tensor: tf.TensorInfo, at: string) => {
    const element = `${prefix}t${numbers.get(tensor.dataId)}[${at}]`
    return tensor.dtype === 'float32' ? element : `f32(${element})`
  }
  /** Gives the statements that lead to the value, and its name. */
  const write = (
    node: Expression,
    at: string,
    known: Map<Expression, string>,
  ): { code: string; name: string } => {
    const before = known.get(node)
    if (before) return { code: '', name: before }
    const name = `${prefix}v${names++}`
    const named = (code: string, value: string) => {
      known.set(node, name)
      return { code: `${code}let ${name} = ${value};\n`, name }
    }
    switch (node.kind) {
      case 'stored':
        return named('', load(node.tensor, at))
      case 'constant':
        return named('', `bitcast<f32>(${word(bitsOf(node.value))})`)
      case 'generate': {
        declarations.add(node.declarations)
        const lets = node.words
          .map((bits, n) => {
            const value =
              typeof bits === 'number' ? word(bits) : `u32(${prefix}t${numbers.get(bits.dataId)}[0])`
            return `let w${n} = ${value};`
          })
          .join(' ')
        known.set(node, name)
        return {
          code: `var ${name}: f32;\n{ let i = ${at}; ${lets} ${name} = ${node.formula}; }\n`,
          name,
        }
      }
      case 'blocks': {
        const block = load(node.tensor, placed(`i + block * ${node.stride}u`, at))
        return {
          code: `var ${name} = 0.0;\nfor (var block = 0u; block < ${word(node.count)}; block++) { ${name} += ${block}; }\n`,
          name,
        }
      }
      case 'gather': {
        const moved = `${prefix}i${names++}`
        const inner = write(node.operand, moved, new Map())
        const index = `u32(${prefix}t${numbers.get(node.indices.dataId)}[${at}])`
        return { code: `let ${moved} = ${index};\n${inner.code}`, name: inner.name }
      }
      case 'at': {
        const moved = `${prefix}i${names++}`
        const inner = write(node.operand, moved, new Map())
        return {
          code: `let ${moved} = ${placed(node.index, at)};\n${inner.code}`,
          name: inner.name,
        }
      }
      case 'choose': {
        const [first, second] = node.operands.map((operand) => write(operand, at, new Map())) as [
          { code: string; name: string },
          { code: string; name: string },
        ]
        return {
          code: `var ${name}: f32;\nif (${placed(node.condition, at)}) {\n${first.code}${name} = ${first.name};\n} else {\n${second.code}${name} = ${second.name};\n}\n`,
          name,
        }
      }
      case 'apply': {
        const operands = node.operands.map((operand) => write(operand, at, known))
        const formula = node.formula.replaceAll(
          /\b[ab]\b/g,
          (letter) => operands[letter === 'a' ? 0 : 1]!.name,
        )
        return named(operands.map(({ code }) => code).join(''), formula)
      }
    }
  }

  const { code, name } = write(expression, index, new Map())
  while (words.length % 4 !== 0) words.push(0)
  return { declarations: [...declarations].join('\n'), statements: code, value: name, tensors, words, prefix }
}

/** WGSL bindings of the tensors of an expression, from `first` on. */
export function bindingsOf({ tensors, prefix }: Compiled, first: number): string {
  return tensors
    .map(
      ({ dtype }, n) =>
        `@group(0) @binding(${first + n}) var<storage, read> ${prefix}t${n}: array<${dtype === 'float32' ? 'f32' : 'i32'}>;`,
    )
    .join('\n')
}

/** The words of an expression as a member of a struct of parameters; WGSL wants them in fours. */
export function wordsMember({ words, prefix }: Compiled): string {
  return words.length === 0 ? '' : `${prefix}words: array<vec4u, ${Math.ceil(words.length / 4)}>,`
}

/** A program that computes an expression at every index: the result at 0, tensors behind it. */
export function elementwiseProgram(compiled: Compiled): Program {
  return {
    name: 'elementwise',
    code: /* wgsl */ `
struct Parameters { size: u32, unused0: u32, unused1: u32, unused2: u32, ${wordsMember(compiled)} }
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
${bindingsOf(compiled, 1)}
@group(0) @binding(${1 + compiled.tensors.length}) var<uniform> parameters: Parameters;
${compiled.declarations}
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) count: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (id.y * count.x + id.x) * 256 + lane;
  if (i >= parameters.size) { return; }
  ${compiled.statements}
  result[i] = ${compiled.value};
}`,
  }
}

const floatBits = new Float32Array(1)
const integerBits = new Uint32Array(floatBits.buffer)

function bitsOf(value: number): number {
  floatBits[0] = value
  return integerBits[0]!
}
