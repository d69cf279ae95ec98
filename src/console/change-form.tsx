/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { type PropsWithChildren, useContext } from 'hono/jsx'
import { Root } from './link.tsx'
import type { Visitor } from './visitor.ts'

interface ChangeFormProps {
  /** The route that makes the change, such as `models/ease/3/promote`. */
  readonly action: string
  /** The text of the button. */
  readonly label: string
  readonly visitor: Visitor
  /** Whether the form has a field for the reason, which is recorded. */
  readonly withReason?: boolean
  /** What the change is based on: it is refused if this is different by then. */
  readonly replacing?: string
}

/** A form that changes something; a sentence instead for a visitor who may not. */
export function ChangeForm(props: PropsWithChildren<ChangeFormProps>) {
  const { action, label, visitor, withReason = true, replacing, children } = props
  const root = useContext(Root)
  if (!visitor.isAdmin) return <p class="note">{`${label}: sign in with a key that has the scope admin.`}</p>
  const id = `reason-${action.replaceAll(/\W/g, '-')}`
  return (
    <form method="post" action={root + action} class="change">
      <input type="hidden" name="token" value={visitor.token} />
      {replacing !== undefined && <input type="hidden" name="replacing" value={replacing} />}
      {children}
      {withReason && (
        <>
          <label for={id}>Reason, for the record</label>
          <input id={id} name="reason" required maxlength={maxReasonLength} autocomplete="off" />
        </>
      )}
      <button type="submit">{label}</button>
    </form>
  )
}

export const maxReasonLength = 500
