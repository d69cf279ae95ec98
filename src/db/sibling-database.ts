import { connect } from './database.ts'

/**
 * The URL of another database on the same server, created if it does not exist.
 *
 * @throws Error when the user of `url` may not create it.
 */
export async function siblingDatabase(url: string, name: string): Promise<string> {
  const { sql, close } = connect(url)
  try {
    const [existing] = await sql`select 1 from pg_database where datname = ${name}`
    if (existing === undefined) await sql`create database ${sql(name)}`
  } catch (cause) {
    throw new Error(`The database ${name} cannot be created: ${(cause as Error).message}`, { cause })
  } finally {
    await close()
  }
  const sibling = new URL(url)
  sibling.pathname = `/${name}`
  return sibling.href
}
