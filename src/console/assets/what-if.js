// Computes the lists again after each change of the form, and suggests items to add.
import { requestPart } from './parts.js'

const form = document.querySelector('form.what-if')
const [outcome, status] = ['#outcome', '#what-if-status'].map((selector) => form.querySelector(selector))
const { add } = form.elements
let request = new AbortController()
let hasChanges = false

async function update() {
  request.abort()
  request = new AbortController()
  const { signal } = request
  hasChanges = true
  outcome.ariaBusy = 'true'
  try {
    const { html, isFailure } = await requestPart(form.querySelector('button.update'), signal)
    outcome.innerHTML = html
    const summary = outcome.querySelector('[data-status]')
    status.textContent = summary?.textContent ?? ''
    if (!isFailure && !outcome.querySelector('.refusal')) add.value = ''
  } catch {
    if (signal.aborted) return
    status.textContent = 'The lists could not be computed: the service cannot be reached.'
  }
  outcome.ariaBusy = 'false'
}

form.addEventListener('change', ({ target }) => {
  if (target.type === 'checkbox') void update()
})

form.addEventListener('submit', (event) => {
  if (!event.submitter?.classList.contains('update')) return
  event.preventDefault()
  void update()
})

// the other ratings of the history are shown with the changes
form.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-after]')
  if (!link || !hasChanges) return
  event.preventDefault()
  form.append(
    Object.assign(document.createElement('input'), {
      type: 'hidden',
      name: 'after',
      value: link.dataset.after,
    }),
  )
  form.submit()
})

const suggestions = document.querySelector('#suggestions')
let requested = 0
add.addEventListener('input', async () => {
  const number = ++requested
  await new Promise((resolve) => setTimeout(resolve, 150))
  if (number !== requested || add.value.trim() === '') return
  const href = `${suggestions.dataset.source}?${new URLSearchParams({ q: add.value })}`
  const { html, isFailure } = await requestPart({ href }).catch(() => ({ isFailure: true }))
  if (number === requested && !isFailure) suggestions.innerHTML = html
})
