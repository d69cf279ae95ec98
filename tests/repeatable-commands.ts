// Commands that a process can run again without compiling and loading them again, see `run-command-here.ts`.
import type { Plugin } from 'vitest/config'

/** At the end of the import of a command that is to be run again. */
export const repeatable = '?repeatable'

/** Such a module only imports others; what it does is in the function `run` that it exports. */
export const repeatableCommands: Plugin = {
  name: 'repeatable-commands',
  enforce: 'post',
  transform(source, id) {
    if (!id.endsWith(repeatable)) return undefined
    const imports = this.parse(source).body.filter(({ type }) => type === 'ImportDeclaration')
    const end = imports.at(-1)?.end ?? 0
    return {
      code: `${source.slice(0, end)};export async function run() {${source.slice(end)}\n}`,
      map: null,
    }
  },
}
