/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { CatalogItem } from '../../ratings/item-catalog.ts'
import { ChangeForm } from '../change-form.tsx'
import type { Visitor } from '../visitor.ts'

interface AvailabilityFormsProps {
  readonly itemId: string
  readonly item: CatalogItem
  readonly visitor: Visitor
}

/** Hides an item, shows it again, and changes its dates. */
export function AvailabilityForms({ itemId, item, visitor }: AvailabilityFormsProps) {
  const { hidden, availableFrom, availableUntil } = item
  return (
    <>
      <p class="note">
        An item that is hidden or outside its dates is in no list from the next request on. It keeps its
        ratings, and models are trained on them.
      </p>
      <ChangeForm
        action={hidden ? 'items/show' : 'items/hide'}
        label={hidden ? 'Show the item again' : 'Hide the item'}
        visitor={visitor}
        withReason={false}
      >
        <input type="hidden" name="id" value={itemId} />
      </ChangeForm>
      <ChangeForm action="items/dates" label="Change the dates" visitor={visitor} withReason={false}>
        <input type="hidden" name="id" value={itemId} />
        <label for="from">Recommended from (UTC)</label>
        <input id="from" name="from" type="datetime-local" step="any" value={formatTime(availableFrom)} />
        <label for="until">until before (UTC)</label>
        <input id="until" name="until" type="datetime-local" step="any" value={formatTime(availableUntil)} />
      </ChangeForm>
    </>
  )
}

/** The value of the field, to the millisecond: the time that is not changed is sent, too. Empty for no limit. */
function formatTime(time: Date | null): string {
  return time?.toISOString().replace('Z', '') ?? ''
}
