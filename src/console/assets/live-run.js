// Follows a run by server-sent events; without this script the page shows the state when it was loaded.
import { update } from './curves.js'

const run = document.querySelector('[data-events]')
const events = new EventSource(run.dataset.events)
events.addEventListener('error', () => {
  // the session has ended, or the service cannot read the run: the page says which
  if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 1000)
})
events.addEventListener('message', ({ data }) => {
  const { status, trainings } = JSON.parse(data)
  const count = (selector) => run.querySelectorAll(selector).length
  // the page has more to show then, such as the version or the first epoch
  if (
    status !== run.dataset.status ||
    trainings.length !== count('[data-training]') ||
    trainings.some(({ curves }) => curves.length !== count('.curve'))
  ) {
    events.close()
    return location.reload()
  }
  for (const { id, progress, curves } of trainings) {
    run.querySelector(`[data-training="${id}"]`).textContent = progress
    update(curves)
  }
})
