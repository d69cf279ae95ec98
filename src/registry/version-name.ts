// The name of a version, such as mult-vae@3.

/** Names one version of one model. */
export interface VersionName {
  readonly model: string
  /** Counts from 1 within each model. */
  readonly version: number
}

export function formatVersionName({ model, version }: VersionName): string {
  return `${model}@${version}`
}

/** @throws SyntaxError if the text is not a version's name, with an example of one */
export function parseVersionName(text: string): VersionName {
  const [, model, version] = /^(.+)@([1-9]\d{0,8})$/.exec(text) ?? []
  if (model === undefined || version === undefined)
    throw new SyntaxError(`"${text}" is not a version: write the model and the number, such as mult-vae@3`)
  return { model, version: Number(version) }
}
