// Adds items to a history and recommends from it, with the model of this folder.
import { openWebModel } from './recommender.js'

const find = (id) => document.getElementById(id)
const history = []

async function load() {
  const response = await fetch(document.querySelector('[data-model]').dataset.model)
  if (!response.ok) throw new Error(`the server responds with ${response.status}`)
  const bytes = await response.arrayBuffer()
  return { recommender: openWebModel(bytes), megabytes: bytes.byteLength / 1e6 }
}

function start({ recommender, megabytes }) {
  const { model, version, itemIds, titles } = recommender
  const counts = new Map()
  for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1)
  const labels = itemIds.map((id, n) =>
    titles[n] === null ? id : counts.get(titles[n]) === 1 ? titles[n] : `${titles[n]} (${id})`,
  )
  const numberOf = new Map(itemIds.map((id, n) => [id, n]))
  // a title may be the id of another item
  const numberOfLabel = new Map(labels.map((label, n) => [label, n]))
  find('about').textContent =
    `${model}@${version}: ${itemIds.length.toLocaleString()} items, ${megabytes.toFixed(1)} MB. ` +
    'The history stays on this device.'
  const { choice } = find('add').elements
  find('add').hidden = false
  choice.addEventListener('input', () => suggest(choice.value))
  find('add').addEventListener('submit', (event) => {
    event.preventDefault()
    const n = numberOfLabel.get(choice.value) ?? numberOf.get(choice.value)
    if (n === undefined) {
      choice.setCustomValidity('There is no such item')
      choice.reportValidity()
      return
    }
    if (!history.includes(itemIds[n])) history.push(itemIds[n])
    choice.value = ''
    update()
  })

  function suggest(text) {
    choice.setCustomValidity('')
    const words = text.toLowerCase()
    const found = []
    for (let n = 0; n < itemIds.length && found.length < 20; n++)
      if (labels[n].toLowerCase().includes(words)) found.push(n)
    find('items').replaceChildren(...found.map((n) => element('option', { value: labels[n] })))
  }

  function update() {
    const started = performance.now()
    const { basis, items } = recommender.recommend(history.map((itemId) => ({ itemId })))
    const milliseconds = performance.now() - started
    find('basis').textContent =
      `${basis === 'history' ? 'From the history' : 'The most popular items'}, in ${milliseconds.toFixed(1)} ms.`
    find('recommended').replaceChildren(
      ...items.map(({ itemId }) => element('li', { textContent: labels[numberOf.get(itemId)] })),
    )
    find('history').replaceChildren(...history.map(entry))
  }

  function entry(itemId) {
    const label = labels[numberOf.get(itemId)]
    const remove = element('button', { textContent: 'Remove', ariaLabel: `Remove ${label}` })
    remove.addEventListener('click', () => {
      history.splice(history.indexOf(itemId), 1)
      update()
    })
    const line = element('li', { textContent: `${label} ` })
    line.append(remove)
    return line
  }

  update()
}

const element = (name, properties) => Object.assign(document.createElement(name), properties)

load().then(start, ({ message }) => {
  find('about').textContent = `The model could not be loaded: ${message}.`
})
