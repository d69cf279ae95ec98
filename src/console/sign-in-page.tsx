/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Layout, renderDocument } from './layout.tsx'

interface SignInPageProps {
  readonly token: string
  /** The page to show afterwards, relative to the console. */
  readonly to: string
  /** Why the last attempt failed. */
  readonly failure?: string
}

/** Asks for an API key. */
export function renderSignInPage({ token, to, failure }: SignInPageProps): string {
  return renderDocument(
    <Layout title="Sign in" root="">
      {failure && (
        <p class="verdict alarm" role="alert">
          {failure}
        </p>
      )}
      <form method="post" class="change">
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="to" value={to} />
        <label for="key">API key</label>
        <input id="key" name="key" type="password" required autocomplete="current-password" />
        <button type="submit">Sign in</button>
      </form>
      <p class="note">
        A key with the scope read shows the pages; changes need the scope admin. npm run keys -- create
        creates a key.
      </p>
    </Layout>,
  )
}
