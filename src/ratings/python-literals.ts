/**
 * The JSON text of a dictionary that Python printed, such as `{u'user': u'Ann', 'hours': 0.1, 'early': False}`; undefined
 * for text whose first key is not in single quotes. It is JSON only if the dictionary has nothing but texts, numbers,
 * booleans, None, lists and dictionaries.
 */
export function pythonToJson(line: string): string | undefined {
  if (!/^\s*\{\s*u?'/.test(line)) return undefined
  return line.replace(literal, (_, single?: string, double?: string, word?: string) =>
    word === undefined ? JSON.stringify(decodeEscapes((single ?? double)!)) : words.get(word)!,
  )
}

// a text in either kind of quotes, or a word outside of texts
const literal = /u?'([^'\\]*(?:\\.[^'\\]*)*)'|u?"([^"\\]*(?:\\.[^"\\]*)*)"|\b(True|False|None)\b/gs

const words = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
])

/** https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences, those that repr() writes */
function decodeEscapes(text: string): string {
  return text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs,
    (_, byte?: string, unit?: string, point?: string, character?: string) => {
      const hex = byte ?? unit ?? point
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      return controls.get(character!) ?? character!
    },
  )
}

const controls = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
