// Compiles the kernels in `kernels/`, which are written in AssemblyScript, to one WebAssembly module.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

const sourceFolder = join(import.meta.dirname, 'kernels')
const buildFolder = join(import.meta.dirname, '../../../build')

/** Where the compiled module belongs; the name changes with the sources, so a stale one is never taken. */
export function compiledKernelsPath(): string {
  const sources = readdirSync(sourceFolder).filter((name) => name.endsWith('.ts'))
  const hash = createHash('sha256').update(compilerOptions.join())
  for (const name of sources.sort()) hash.update(readFileSync(join(sourceFolder, name)))
  return join(buildFolder, `kernels-${hash.digest('hex').slice(0, 12)}.wasm`)
}

/**
 * Compiles the kernels and gives the module's path.
 *
 * @throws Error when the compiler is not installed, does not like them, or placed data in memory: the module works in
 * memory that is not its own.
 */
export async function compileKernels(): Promise<string> {
  const path = compiledKernelsPath()
  const unfinished = `${path}.${process.pid}`
  const { main }: Compiler = await import(compilerModule)
  const { error, stderr } = await main([
    ...['index.ts', '--baseDir', sourceFolder, '--outFile', relative(sourceFolder, unfinished)],
    ...compilerOptions,
  ])
  if (error) throw new Error(`The kernels do not compile: ${stderr.toString()}`, { cause: error })
  if (hasData(readFileSync(unfinished))) {
    rmSync(unfinished)
    throw new Error('The kernels need static data, which would lie in memory of tfjs')
  }
  // in place whole, since other processes may be compiling or loading it
  renameSync(unfinished, path)
  removeKernelsExcept(path)
  return path
}

const compilerOptions = [
  ...['--optimizeLevel', '3', '--converge', '--noAssert', '--importMemory', '--runtime', 'stub'],
  ...['--enable', 'simd', '--enable', 'bulk-memory', '--use', 'abort='],
]

interface Compiler {
  main(options: string[]): Promise<{ readonly error: Error | null; readonly stderr: object }>
}

// named apart from the import: its types would redeclare the globals of Node
const compilerModule: string = 'assemblyscript/asc'

function removeKernelsExcept(kept: string): void {
  for (const name of readdirSync(buildFolder))
    if (/^kernels-.*\.wasm$/.test(name) && name !== basename(kept))
      rmSync(join(buildFolder, name), { force: true })
}

/** Whether a WebAssembly binary has a data section (number 11). */
function hasData(binary: Uint8Array): boolean {
  for (let at = 8; at < binary.length; ) {
    if (binary[at++] === 11) return true
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++]!
      size |= (byte & 127) << shift
      if (byte < 128) break
    }
    at += size
  }
  return false
}
