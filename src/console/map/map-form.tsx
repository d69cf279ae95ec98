/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { useContext } from 'hono/jsx'
import { Link, Root } from '../link.tsx'
import type { ColorChoice } from './color-items.ts'
import type { ShownMap } from './map-query.ts'
import type { Subject } from './subject.ts'

interface MapFormProps {
  readonly map: ShownMap
  readonly models: readonly string[]
  readonly choices: readonly ColorChoice[]
  readonly subject: Subject
}

/** Chooses the map, its colors, and what is marked on it. */
export function MapForm({
  map: { kind, model, color },
  models,
  choices,
  subject: { userId, itemId },
}: MapFormProps) {
  const root = useContext(Root)
  const ofUser = userId === undefined ? '' : `?${new URLSearchParams({ user: userId })}`
  return (
    <>
      <p>
        <Link to={`map/items${ofUser}`} current={kind === 'items'}>
          Items
        </Link>{' '}
        ·{' '}
        <Link to={`map/users${ofUser}`} current={kind === 'users'}>
          Users
        </Link>
      </p>
      <form class="filter many" method="get">
        <Select
          name="model"
          label="Model"
          value={model}
          choices={models.map((name) => ({ value: name, label: name }))}
        />
        <Select name="color" label="Color" value={color} choices={choices} />
        {kind === 'items' && (
          <>
            <label for="item">Find an item</label>
            <input
              id="item"
              name="item"
              type="search"
              value={itemId ?? ''}
              list="suggestions"
              autocomplete="off"
            />
            <datalist id="suggestions" data-source={`${root}items/suggestions`} />
          </>
        )}
        <label for="user">{kind === 'items' ? 'Items of a user' : 'Find a user'}</label>
        <input id="user" name="user" type="search" value={userId ?? ''} autocomplete="off" />
        <button type="submit">Show</button>
      </form>
    </>
  )
}

interface SelectProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly choices: readonly ColorChoice[]
}

function Select({ name, label, value, choices }: SelectProps) {
  return (
    <>
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {choices.map((choice) => (
          <option value={choice.value} selected={choice.value === value}>
            {choice.label}
          </option>
        ))}
      </select>
    </>
  )
}
