/** What a command prints: a document for programs, and the same as text. */
export interface Result {
  readonly document: unknown
  readonly text: string
}

/** Prints the document as one line of JSON with `json`, else the text. */
export function printResult({ document, text }: Result, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(document) : text)
}
