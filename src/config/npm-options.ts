/**
 * Those of `options`, such as `--model`, that npm took from the command line of `npm run`: without `--` before them npm
 * puts them into the environment, and the script gets none of them.
 *
 * @param given the arguments of the script
 */
export function optionsTakenByNpm(
  options: ReadonlySet<string>,
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  if (environment.npm_lifecycle_event === undefined) return []
  return [...options].filter((option) => {
    const value = environment[`npm_config_${option.replace(/^--/, '').replaceAll('-', '_')}`]
    const isGiven = given.some((argument) => argument === option || argument.startsWith(`${option}=`))
    return value !== undefined && value !== '' && value !== 'false' && !isGiven
  })
}
