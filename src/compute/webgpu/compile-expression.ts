// Expressions as WGSL.
import type * as tf from '@tensorflow/tfjs'
import { type Expression, tensorsOf } from './expression.ts'
import type { Program } from './pipelines.ts'

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
  const compiler = new Compiler([...tensorsOf(expression).values()], prefix)
  const value = compiler.write(expression, index, new Map())
  return compiler.finish(value)
}

/** Writes statements, one for each part of an expression. */
class Compiler {
  readonly #tensors: readonly tf.TensorInfo[]
  readonly #prefix: string
  readonly #declarations = new Set<string>()
  readonly #words: number[] = []
  #statements = ''
  #names = 0

  constructor(tensors: readonly tf.TensorInfo[], prefix: string) {
    this.#tensors = tensors
    this.#prefix = prefix
  }

  finish(value: string): Compiled {
    while (this.#words.length % 4 !== 0) this.#words.push(0)
    return {
      declarations: [...this.#declarations].join('\n'),
      statements: this.#statements,
      value,
      tensors: this.#tensors,
      words: this.#words,
      prefix: this.#prefix,
    }
  }

  /**
   * Gives the name of the value.
   *
   * @param at the name of the index
   * @param known the names of parts whose values at this index are there
   */
  write(node: Expression, at: string, known: Map<Expression, string>): string {
    const before = known.get(node)
    if (before) return before
    const name = this.#writeNew(node, at, known)
    known.set(node, name)
    return name
  }

  #writeNew(node: Expression, at: string, known: Map<Expression, string>): string {
    switch (node.kind) {
      case 'stored':
        return this.#let('v', this.#load(node.tensor, at))
      case 'constant':
        return this.#let('v', `bitcast<f32>(${this.#word(bitsOf(node.value))})`)
      case 'apply': {
        const operands: string[] = []
        for (const operand of node.operands) operands.push(this.write(operand, at, known))
        return this.#let(
          'v',
          node.formula.replaceAll(/\b[ab]\b/g, (letter) => operands[letter === 'a' ? 0 : 1]!),
        )
      }
      case 'at':
        return this.write(node.operand, this.#let('i', this.#placed(node.index, at)), new Map())
      case 'gather':
        return this.write(
          node.operand,
          this.#let('i', `u32(${this.#nameOf(node.indices)}[${at}])`),
          new Map(),
        )
      case 'choose':
        return this.#choose(node, at)
      case 'blocks': {
        const name = this.#var()
        const count = this.#word(node.count)
        const block = this.#load(node.tensor, this.#placed(`i + block * ${node.stride}u`, at))
        this.#statements += `for (var block = 0u; block < ${count}; block++) { ${name} += ${block}; }\n`
        return name
      }
      case 'generate':
        return this.#generate(node, at)
    }
  }

  #choose({ condition, operands }: Expression & { kind: 'choose' }, at: string): string {
    const name = this.#var()
    this.#statements += `if (${this.#placed(condition, at)}) {\n`
    this.#assign(name, operands[0], at)
    this.#statements += '} else {\n'
    this.#assign(name, operands[1], at)
    this.#statements += '}\n'
    return name
  }

  #assign(name: string, operand: Expression, at: string): void {
    const value = this.write(operand, at, new Map())
    this.#statements += `${name} = ${value};\n`
  }

  #generate({ declarations, formula, words }: Expression & { kind: 'generate' }, at: string): string {
    this.#declarations.add(declarations)
    const name = this.#var()
    this.#statements += `{ let i = ${at};`
    for (const [n, bits] of words.entries())
      this.#statements += ` let w${n} = ${typeof bits === 'number' ? this.#word(bits) : `u32(${this.#nameOf(bits)}[0])`};`
    this.#statements += ` ${name} = ${formula}; }\n`
    return name
  }

  #let(kind: 'i' | 'v', value: string): string {
    const name = `${this.#prefix}${kind}${this.#names++}`
    this.#statements += `let ${name} = ${value};\n`
    return name
  }

  #var(): string {
    const name = `${this.#prefix}v${this.#names++}`
    this.#statements += `var ${name} = 0.0;\n`
    return name
  }

  #word(bits: number): string {
    const n = this.#words.push(bits >>> 0) - 1
    return `parameters.${this.#prefix}words[${n >> 2}][${n & 3}]`
  }

  /** WGSL at another index, its numbers among the words: the same program serves all shapes. */
  #placed(text: string, at: string): string {
    return text
      .replaceAll(/\bi\b/g, at)
      .replaceAll(/\b(\d+)u\b/g, (literal, n) => (n === '0' ? literal : this.#word(Number(n))))
  }

  #nameOf({ dataId }: tf.TensorInfo): string {
    return `${this.#prefix}t${this.#tensors.findIndex((tensor) => tensor.dataId === dataId)}`
  }

  #load(tensor: tf.TensorInfo, at: string): string {
    const element = `${this.#nameOf(tensor)}[${at}]`
    return tensor.dtype === 'float32' ? element : `f32(${element})`
  }
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
