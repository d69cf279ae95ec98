/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type PropsWithChildren, useContext } from 'hono/jsx'
import { stamp } from './assets.ts'
import { Link, Root } from './link.tsx'
import type { Visitor } from './visitor.ts'

export interface LayoutProps {
  readonly title: string
  /** The address of the console relative to the page. */
  readonly root: string
  /** Absent on pages for everyone, such as the sign-in page. */
  readonly visitor?: Visitor
  /** The entry of the navigation that the page belongs to. */
  readonly section?: Section
  /** Modules of the folder assets that the page runs, such as curves.js. */
  readonly scripts?: readonly string[]
  /** Further style sheets, such as uplot.css. */
  readonly styles?: readonly string[]
}

const sections = {
  overview: 'Overview',
  models: 'Models',
  runs: 'Runs',
  experiments: 'Experiments',
  users: 'Users',
  items: 'Items',
  map: 'Map',
  data: 'Data',
} as const

/** They name users, so only keys with the scope admin show them. */
const adminSections: readonly string[] = ['experiments'] satisfies Section[]

export type Section = keyof typeof sections

/** The frame of every page. */
export function Layout(props: PropsWithChildren<LayoutProps>) {
  const { title, root, visitor, section, scripts = [], styles = [], children } = props
  // scripts import each other by relative addresses
  const addressOf = (asset: string) => `${root}static/${stamp}/${asset}`
  return (
    <Root.Provider value={root}>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${title} · Palate`}</title>
          <link rel="icon" href="data:," />
          {[...styles, 'console.css'].map((name) => (
            <link rel="stylesheet" href={addressOf(name)} />
          ))}
          {['local-times.js', ...scripts].map((name) => (
            <script type="module" src={addressOf(name)} />
          ))}
        </head>
        <body>
          <a class="skip" href="#content">
            Skip to the content
          </a>
          <header>
            <strong>Palate</strong>
            {visitor && <Navigation section={section} visitor={visitor} />}
            {visitor?.isSignedIn && <SignOut visitor={visitor} />}
          </header>
          <main id="content" tabindex={-1}>
            <h1>
              <bdi>{title}</bdi>
            </h1>
            {children}
          </main>
        </body>
      </html>
    </Root.Provider>
  )
}

function Navigation({ section, visitor }: { section: Section | undefined; visitor: Visitor }) {
  const root = useContext(Root)
  return (
    <nav aria-label="Console">
      <ul>
        {Object.entries(sections)
          .filter(([path]) => visitor.isAdmin || !adminSections.includes(path))
          .map(([path, name]) => (
            <li>
              <a href={root + path} aria-current={path === section ? 'page' : undefined}>
                {name}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  )
}

function SignOut({ visitor }: { visitor: Visitor }) {
  return (
    <form method="post" action={`${useContext(Root)}sign-out`} class="sign-out">
      <input type="hidden" name="token" value={visitor.token} />
      <bdi>{visitor.name}</bdi> <button type="submit">Sign out</button>
    </form>
  )
}

/** A page outside the navigation with one message, such as an error. */
export function renderMessage(props: LayoutProps, sentence: string): string {
  return renderDocument(
    <Layout {...props}>
      <p class="verdict alarm">{sentence}</p>
      {props.visitor && (
        <p>
          <Link to="overview">Overview</Link>
        </p>
      )}
    </Layout>,
  )
}

/** The message alone, in place of a part of a page. */
export function renderFailure(sentence: string): string {
  return String(
    <p class="note" role="alert">
      <bdi>{sentence}</bdi>
    </p>,
  )
}

export function renderDocument(document: { toString(): string }): string {
  return `<!doctype html>${document}`
}
