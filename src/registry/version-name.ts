// The name of a version as people write it: mult-vae@3.

/** Names one version of one model. */
export interface VersionName {
  readonly model: string
  /** Counts from 1 within each model. */
  readonly version: number
}

export function formatVersionName({ model, version }: VersionName): string {
  return `${model}@${version}`
}

/** @throws SyntaxError when the text is not a version's name, saying how one is written. */
export function parseVersionName(text: string): VersionName {
  const [, model, version] = /^(.+)@([1-9]\d{0,8})$/.exec(text) ?? []
  if (model === undefined || version === undefined)
    throw new SyntaxError(`"${text}" names no version; write the model and its number, such as mult-vae@3`)
  return { model, version: Number(version) }
}
